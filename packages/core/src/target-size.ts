/** The size that was asked for, in pixels, and what it takes to get there. */

import { TatamiError } from "./errors/errors.ts";
import { invalidOption } from "./options.ts";
import type { Size } from "./size.ts";
import { formatSize, scaleSize } from "./size.ts";

/**
 * A size to end at. `1080p`: the shorter side. `1920x1080`, or a size: as large as fits into it. `1.5x`: so many times. The picture
 * keeps its shape, its sides are made even.
 */
export type TargetSize = Size | `${number}p` | `${number}x${number}` | `${number}x`;

/** A checked one. */
export type ResolvedTarget =
  | { readonly kind: "within"; readonly size: Size }
  | { readonly kind: "shorter"; readonly pixels: number }
  | { readonly kind: "times"; readonly factor: number };

/** The most that two networks in a row enlarge by. */
const mostInARow = 8;
const expected = 'a size, or "1080p", "1920x1080", "1.5x"';

/** @param option its name, for the error. @throws TatamiError `invalid-option`. */
export function resolveTarget(given: TargetSize | string, option = "options.size"): ResolvedTarget {
  const wrong = (): TatamiError => invalidOption(option, expected, given);
  if (typeof given === "object") {
    const { width, height } = given;
    if (!(width >= 2 && height >= 2)) throw wrong();
    return { kind: "within", size: { width, height } };
  }
  const [, pixels, width, height, factor] =
    /^(?:(\d+)p|(\d+)[x×](\d+)|(\d+(?:\.\d+)?)[x×])$/.exec(given) ?? [];
  if (pixels !== undefined && Number(pixels) >= 2) return { kind: "shorter", pixels: Number(pixels) };
  if (factor !== undefined && Number(factor) > 0) return { kind: "times", factor: Number(factor) };
  if (width !== undefined && Number(width) >= 2 && Number(height) >= 2)
    return { kind: "within", size: { width: Number(width), height: Number(height) } };
  throw wrong();
}

/** The size of a source's result. @throws TatamiError `invalid-option` where that is no larger than the source, or more than networks enlarge. */
export function targetOf(source: Size, target: ResolvedTarget): Size {
  const factor = factorOf(source, target);
  const even = (side: number): number => Math.max(2, 2 * Math.round((side * factor) / 2));
  const size = { width: even(source.width), height: even(source.height) };
  const seen = `${formatSize(size)} from ${formatSize(source)}`;
  if (factor <= 1)
    throw new TatamiError({
      code: "invalid-option",
      message: `The result would be no larger than the input: ${seen}.`,
      fix: "Ask for a larger size, or use a tool that makes videos smaller.",
      detail: { option: "options.size", value: seen },
    });
  if (factor > mostInARow)
    throw new TatamiError({
      code: "invalid-option",
      message: `The result would be more than ${mostInARow} times as large as the input: ${seen}.`,
      fix: `Ask for at most ${mostInARow}x.`,
      detail: { option: "options.size", value: seen },
    });
  return size;
}

/**
 * The scales of the networks that reach a size: the smallest one that does, or two in a row. The smaller goes first, for what follows
 * has as many times more pixels to compute.
 */
export function scalesFor(source: Size, size: Size): readonly [2 | 4] | readonly [2, 4] {
  const factor = Math.max(size.width / source.width, size.height / source.height);
  if (factor <= 2) return [2];
  return factor <= 4 ? [4] : [2, 4];
}

/** @throws TatamiError `invalid-option` when a network of this scale does not reach the size. */
export function checkReach(source: Size, size: Size, scale: number): void {
  const reached = scaleSize(source, scale);
  if (size.width <= reached.width && size.height <= reached.height) return;
  throw new TatamiError({
    code: "invalid-option",
    message: `A model of scale ${scale} reaches ${formatSize(reached)} of ${formatSize(source)}, not ${formatSize(size)}.`,
    fix: "Use a model of scale 4, or a second network after it (--second, options.second), leave the model to be chosen, or ask for less.",
    detail: { option: "options.size", value: formatSize(size), scale },
  });
}

function factorOf(source: Size, target: ResolvedTarget): number {
  if (target.kind === "times") return target.factor;
  if (target.kind === "shorter") return target.pixels / Math.min(source.width, source.height);
  return Math.min(target.size.width / source.width, target.size.height / source.height);
}
