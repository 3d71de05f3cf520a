/** What a net's layers cost: multiply-accumulates, or milliseconds measured on this machine. */

/** What is saved on. */
export interface Cost {
  readonly name: "macs" | "ms";
  /** "MACs a pixel", "ms a frame of 640×360". */
  readonly unit: string;
  /** @param features channels of the first convolution and of each block */
  of(features: readonly number[]): number;
}

/**
 * Multiply-accumulates a low-resolution pixel. The paper's own measure of what a cut saves (equation 6) leaves out the
 * number of filters and the layer that reads them; these are all.
 */
export function macsCost(scale: number): Cost {
  return {
    name: "macs",
    unit: "MACs a pixel",
    of(features) {
      let macs = 25 * features[0]! * (1 + scale ** 2);
      for (let i = 1; i < features.length; i++) macs += 9 * features[i - 1]! * features[i]!;
      return macs;
    },
  };
}
