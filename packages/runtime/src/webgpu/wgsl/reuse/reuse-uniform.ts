/** What the passes that decide about patches are told, and how windows lie in memory. */

import type { GridPatch } from "@tatami/patches";
import type { UniformStruct } from "../../uniform-struct.ts";
import { uniformStruct } from "../../uniform-struct.ts";

const fields = {
  patches: "u32",
  columns: "u32",
  rows: "u32",
  halo: "u32",
  inner_width: "u32",
  inner_height: "u32",
  window_width: "u32",
  window_height: "u32",
  exact: "u32",
  max_difference: "f32",
  sum_difference: "f32",
  max_age: "u32",
  most_patches: "u32",
  forget: "u32",
} as const;
const uniform: UniformStruct<keyof typeof fields> = uniformStruct("Reuse", fields);

/** The uniform's fields. Differences are in the model's unit, 1/255 of a level's range. */
export type ReuseUniform = Readonly<Record<keyof typeof fields, number>>;

/** Its bytes. */
export const packReuse: (values: ReuseUniform) => ArrayBuffer = uniform.pack;

/** The uniform's struct. */
export const reuseStruct: string = uniform.wgsl;

/** A window's struct: where it lies in the frame, and what of it is kept. */
export const windowStruct = `struct Window {
  x: u32,
  y: u32,
  kept_x: u32,
  kept_y: u32,
  kept_width: u32,
  kept_height: u32,
}`;

/** Windows as their struct lies in memory. */
export function packWindows(patches: readonly GridPatch[]): Uint32Array<ArrayBuffer> {
  return new Uint32Array(
    patches.flatMap(({ window, kept }) => [window.x, window.y, kept.x, kept.y, kept.width, kept.height]),
  );
}

/** What becomes of a patch, as the flags say it. */
export const decisions = { copy: 0, compute: 1, carry: 2 } as const;
