/** Seeded random numbers whose state can be saved: xoshiro128** (Blackman and Vigna, 2018). */

/** A stream of random numbers, the same for the same seed everywhere. */
export interface Random {
  /** Uniform in 0 (inclusive) to 1 (exclusive), 32 bits fine. */
  uniform(): number;
  /** A whole number from 0 to `count` - 1. */
  integer(count: number): number;
  /** Four 32-bit words that {@link restoreRandom} continues from. */
  state(): readonly number[];
}

/** A stream that begins from a seed. */
export function createRandom(seed: number): Random {
  // splitmix32 spreads a small seed over the whole state
  let mixed = seed >>> 0;
  const words = Array.from({ length: 4 }, () => {
    mixed = (mixed + 0x9e3779b9) >>> 0;
    let word = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return (word ^ (word >>> 16)) >>> 0;
  });
  return restoreRandom(words);
}

/**
 * A stream of its own, from where another one is; nothing is taken from that: what is drawn from the one changes nothing
 * that is drawn from the other.
 *
 * @param salt tells several forks of one place apart
 */
export function forkRandom(random: Random, salt: string): Random {
  // FNV-1a over the state and the salt
  let hash = 0x811c9dc5;
  const add = (word: number): void => void (hash = Math.imul(hash ^ word, 0x01000193));
  for (const word of random.state()) for (let byte = 0; byte < 32; byte += 8) add((word >>> byte) & 255);
  for (let at = 0; at < salt.length; at++) add(salt.charCodeAt(at));
  return createRandom(hash);
}

/** A stream that goes on from a saved state. */
export function restoreRandom(state: readonly number[]): Random {
  let [a = 1, b = 2, c = 3, d = 4] = state;
  const next = (): number => {
    const turned = Math.imul(b, 5);
    const result = Math.imul((turned << 7) | (turned >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  return {
    uniform: () => next() / 4294967296,
    integer: (count) => Math.floor((next() / 4294967296) * count),
    state: () => [a >>> 0, b >>> 0, c >>> 0, d >>> 0],
  };
}
