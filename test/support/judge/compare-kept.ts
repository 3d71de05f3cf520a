/** Which of two tools kept more of a file. */

import type { Aspect, Difference } from "./difference.ts";

/** How much ours kept beside the peer: "refused" where only the peer made an output, and the refusal is right. */
export type Kept = "more" | "same" | "less" | "refused" | "neither";

/** How ours ended. */
export interface OurEnd {
  /** Nothing where there is no output. */
  readonly found: readonly Difference[] | undefined;
  /** Its result, in the table's words. */
  readonly result: string;
  /** Whether it may end so. */
  readonly valid: boolean;
}

/**
 * Counts what each lost, aspect by aspect: less of one is less, whatever is more of another. What an output has beyond its
 * input is not counted. Nothing stands for
 * no output of the peer's.
 */
export function compareKept(
  { found: ours, result, valid }: OurEnd,
  peers: readonly Difference[] | undefined,
): { readonly kept: Kept; readonly detail: string } {
  if (!ours && !peers) return { kept: "neither", detail: result };
  if (!ours) return { kept: valid ? "refused" : "less", detail: result };
  if (!peers) return { kept: "more", detail: "FFmpeg makes nothing of it" };
  const [lost, lostByPeer] = [lossesOf(ours), lossesOf(peers)];
  const aspects = [...new Set([...lost.keys(), ...lostByPeer.keys()])];
  const balance = (aspect: Aspect): number => (lost.get(aspect) ?? 0) - (lostByPeer.get(aspect) ?? 0);
  const worse = aspects.filter((aspect) => balance(aspect) > 0);
  const better = aspects.filter((aspect) => balance(aspect) < 0);
  const detailOf = (from: readonly Difference[], which: readonly Aspect[]): string =>
    from
      .filter(({ aspect, isAddition }) => which.includes(aspect) && isAddition === undefined)
      .map(({ detail }) => detail)
      .join("; ");
  const parts = [
    worse.length > 0 ? `ours: ${detailOf(ours, worse)}` : "",
    better.length > 0 ? `FFmpeg's: ${detailOf(peers, better)}` : "",
  ];
  const kept = worse.length > 0 ? "less" : better.length > 0 ? "more" : "same";
  return { kept, detail: parts.filter((part) => part !== "").join(" | ") };
}

function lossesOf(differences: readonly Difference[]): Map<Aspect, number> {
  const losses = new Map<Aspect, number>();
  for (const { aspect, amount = 1, isAddition } of differences)
    // that an input breaks off is the input's own fault
    if (isAddition === undefined && aspect !== "end") losses.set(aspect, (losses.get(aspect) ?? 0) + amount);
  return losses;
}
