/** The filter that enlarges what no network does, and what a network's strength is measured from: bicubic, its centres aligned. */

/** Pixels that {@link enlargingFilter} looks at on each side of the one it enlarges, at most. */
export const filterRadius = 2;

/** Taps of every phase, and where the first of them lies relative to the pixel. */
export interface EnlargingFilter {
  /** `[scale][4]`, each four adding up to 1. */
  readonly weights: Float32Array;
  /** `[scale]`, −2 or −1. */
  readonly firstTaps: Int32Array;
}

/** The Catmull–Rom filter of each sub-pixel (Catmull and Rom, 1974; Keys 1981 with a = −1/2), for enlarging by a whole factor. */
export function enlargingFilter(scale: number): EnlargingFilter {
  const phases = Array.from({ length: scale }, (_, phase) => {
    const position = (phase + 0.5) / scale - 0.5;
    const pixel = Math.floor(position);
    const t = position - pixel;
    const [t2, t3] = [t * t, t * t * t];
    return {
      firstTap: pixel - 1,
      weights: [(-t + 2 * t2 - t3) / 2, (2 - 5 * t2 + 3 * t3) / 2, (t + 4 * t2 - 3 * t3) / 2, (-t2 + t3) / 2],
    };
  });
  return {
    weights: Float32Array.from(phases.flatMap(({ weights }) => weights)),
    firstTaps: Int32Array.from(phases.map(({ firstTap }) => firstTap)),
  };
}
