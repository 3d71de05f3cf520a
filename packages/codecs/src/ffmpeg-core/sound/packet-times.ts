/** Times of packets of sound, exact again after a container that counts whole milliseconds. */

/** Samples in every packet of a codec, where all have the same number. */
const packetSamples: Readonly<Record<string, (sampleRate: number) => number>> = {
  aac: () => 1024,
  ac3: () => 1536,
  eac3: () => 1536,
  // MPEG-1, and the lower rates of MPEG-2 (ISO/IEC 13818-3)
  mp3: (sampleRate) => (sampleRate < 32_000 ? 576 : 1152),
};

/** Seconds that a time counted in milliseconds may be off by. */
const rounding = 0.0011;

/** The first packet may be an encoder's lead, which lies before 0 by its whole length. */
function beginning(stated: number, duration: number, expected: number | undefined): number {
  return expected === undefined && Math.abs(stated + duration) < rounding ? -duration : stated;
}

/**
 * Gives each packet, in order, the time at which the one before it ends, where that agrees with its own to a
 * millisecond; elsewhere, and for codecs whose packets vary, its own.
 */
export function createPacketTimes(
  codec: string,
  sampleRate: number,
): (timestamp: number, duration: number) => { readonly timestamp: number; readonly duration: number } {
  const samples = packetSamples[codec]?.(sampleRate);
  let expected: number | undefined;
  return (stated, statedDuration) => {
    const duration = samples === undefined ? statedDuration : samples / sampleRate;
    const exact = samples !== undefined && expected !== undefined && Math.abs(stated - expected) < rounding;
    const timestamp = exact && expected !== undefined ? expected : beginning(stated, duration, expected);
    expected = timestamp + duration;
    return { timestamp, duration };
  };
}
