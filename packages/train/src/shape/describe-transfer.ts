/** What becomes of a network that another one starts from. */

import type { NetworkShape } from "../campaign/recipe.ts";

/** What a transfer changes. */
export interface TransferDescription {
  /** Whether the new network begins by computing just what the old one does. */
  readonly sameFunction: boolean;
  /** One phrase a change: "2 blocks added". Empty when nothing changes. */
  readonly changes: readonly string[];
}

/** The 3×3 blocks of a SESR. */
export function blocksOf({ blocks }: NetworkShape): number {
  return typeof blocks === "number" ? blocks : 0;
}

/** The channels of a SESR's first convolution and of each block; none for another network. */
export function widthsOf({ features, blocks }: NetworkShape): readonly number[] {
  if (typeof features === "number") return Array.from({ length: Number(blocks ?? 0) + 1 }, () => features);
  return Array.isArray(features) ? features.map(Number) : [];
}

/** Says what {@link transferWeights} keeps of a network, without doing it. */
export function describeTransfer(from: NetworkShape, to: NetworkShape): TransferDescription {
  const changes: string[] = [];
  const count = (difference: number, what: string): void => {
    if (difference === 0) return;
    const noun = Math.abs(difference) === 1 ? what : `${what}s`;
    changes.push(`${Math.abs(difference)} ${noun} ${difference > 0 ? "added" : "left out"}`);
  };
  const [blocks, oldBlocks] = [blocksOf(to), blocksOf(from)];
  const widest = (shape: NetworkShape): number => Math.max(0, ...widthsOf(shape));
  count(blocks - oldBlocks, "block");
  count(widest(to) - widest(from), "feature");
  if (from.scale !== to.scale) changes.push(`last layer new for ×${to.scale}`);
  const sameWidths = widthsOf(from).join() === widthsOf(to).join();
  const roomy = blocks >= oldBlocks && Math.min(...widthsOf(to)) >= widest(from);
  const sameFunction = (sameWidths || roomy) && from.scale === to.scale;
  return { sameFunction, changes };
}

/**
 * For each block of the new network the block of the old one that it continues, or nothing where it is new.
 * New blocks, or those left out, are spread evenly.
 */
export function keptBlocks(from: number, to: number): readonly (number | undefined)[] {
  if (to <= from) {
    const step = to === 1 ? 0 : (from - 1) / (to - 1);
    return Array.from({ length: to }, (_, index) => Math.round(index * step));
  }
  return Array.from({ length: to }, (_, index) => {
    const block = Math.floor((index * from) / to);
    return index > 0 && block === Math.floor(((index - 1) * from) / to) ? undefined : block;
  });
}
