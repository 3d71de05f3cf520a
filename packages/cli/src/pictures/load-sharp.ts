/** The decoder and encoder of picture files, native code: loaded when first asked for. */

import { TatamiError } from "@tatami/core";

/** What `sharp` exports. */
export type SharpModule = (typeof import("sharp"))["default"];

/** @throws TatamiError `missing-package` where it cannot be loaded on this machine. */
export async function loadSharp(): Promise<SharpModule> {
  try {
    const { default: sharp } = await import("sharp");
    return sharp;
  } catch (cause) {
    throw new TatamiError({
      code: "missing-package",
      message: "Pictures are read and written by sharp, which cannot be loaded.",
      fix: "Run npm install sharp on this machine, then try again.",
      detail: { package: "sharp" },
      cause,
    });
  }
}
