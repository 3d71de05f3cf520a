/** Decoding times of parts that are joined: each encoder counted its own from before its first picture. */

/** When packets are shown, and when their own encoder meant them to be decoded, in ticks, in the order of decoding. */
export interface PacketTimes {
  readonly pts: readonly number[];
  readonly dts: readonly number[];
}

/** What is known of all parts before the first is joined. */
export interface DecodingPlan {
  /** Packets by which decoding is ahead of showing. */
  readonly delay: number;
  /** Ticks from the first picture to the second; 1 where there is but one. */
  readonly step: number;
}

/** Adds the next part to what is known. */
export function planDecoding(before: DecodingPlan | undefined, part: PacketTimes): DecodingPlan | undefined {
  if (part.pts.length === 0) return before;
  const [first, second] = part.pts.toSorted((a, b) => a - b);
  const delay = Math.max(before?.delay ?? 0, delayOf(part));
  return { delay, step: before?.step ?? (second === undefined ? 1 : second - first!) };
}

/** Gives a part's packets their decoding times; parts in their order. */
export type DecodingClock = (part: PacketTimes) => readonly number[];

/**
 * Makes the clock: the j-th packet of all is decoded when the picture that is shown `delay` places earlier is shown, as
 * an encoder that had gone on would have said; the first `delay` packets keep the times of their own encoder, or lie a
 * step apart where it had too few to know. So times rise and are never later than those of showing.
 */
export function createDecodingClock({ delay, step }: DecodingPlan): DecodingClock {
  /** When the last `delay` pictures before the part were shown; before the first one, when they would have been. */
  let before: readonly number[] | undefined;
  return ({ pts, dts }) => {
    if (pts.length === 0) return [];
    const shown = pts.toSorted((a, b) => a - b);
    const isKnown = pts.length > delay && delayOf({ pts, dts }) === delay;
    before ??= Array.from({ length: delay }, (_, index) =>
      isKnown ? dts[index]! : shown[0]! - (delay - index) * step,
    );
    const all = [...before, ...shown];
    before = all.slice(all.length - delay);
    return all.slice(0, pts.length);
  };
}

/** Packets that are decoded before the first picture's time of showing: what an encoder says, and at least what order asks for. */
function delayOf({ pts, dts }: PacketTimes): number {
  const shown = pts.toSorted((a, b) => a - b);
  const places = new Map(shown.map((time, place) => [time, place]));
  const early = dts.filter((time) => time < (shown[0] ?? 0)).length;
  return pts.reduce((most, time, index) => Math.max(most, index - places.get(time)!), early);
}
