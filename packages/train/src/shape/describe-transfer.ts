/** What becomes of a network that another one starts from. */

import type { Architecture } from "./architecture.ts";

/** What a transfer changes. */
export interface TransferDescription {
  /** Whether the new network begins by computing just what the old one does. */
  readonly sameFunction: boolean;
  /** One phrase a change: "2 blocks added". Empty when nothing changes. */
  readonly changes: readonly string[];
}

/** Says what {@link transferWeights} keeps of a network, without doing it. */
export function describeTransfer(from: Architecture, to: Architecture): TransferDescription {
  const changes: string[] = [];
  const count = (difference: number, what: string): void => {
    if (difference === 0) return;
    const noun = Math.abs(difference) === 1 ? what : `${what}s`;
    changes.push(`${Math.abs(difference)} ${noun} ${difference > 0 ? "added" : "left out"}`);
  };
  count(to.blocks - from.blocks, "block");
  count(to.features - from.features, "feature");
  if (from.scale !== to.scale) changes.push(`last block new for ×${to.scale}`);
  const sameFunction = to.blocks >= from.blocks && to.features >= from.features && from.scale === to.scale;
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
