/** The restorers that ship: a still twice as large in one step of a diffusion. */

import { checkByRules, invalidOption } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { readModel, readRules } from "./read-model.ts";
import type { ReadModelOptions, ShippedFile } from "./read-model.ts";
import { shippedRestorers } from "./restorers.generated.ts";

/** What they are for: nearest to the truth on average, or as critics like it, which invents more. */
export const restorerKinds = ["fidelity", "perceptual"] as const;
/** One of them. */
export type RestorerKind = (typeof restorerKinds)[number];

/**
 * Loads a restorer that ships with this package, and checks its bytes against the published hash: TDDSR-mini, in the style of
 * TDDSR (arXiv 2410.07663), at scale 2. **Detail that it makes may be invented: it is no evidence of what was there.**
 *
 * @throws TatamiError `invalid-option` for another kind, `input-not-found` when the file is missing, `invalid-model` when it is
 * not the published one.
 */
export async function loadRestorer(
  kind: RestorerKind = "fidelity",
  options: ReadModelOptions = {},
): Promise<Model> {
  return readModel(shipped(kind), checkByRules("options", options, readRules));
}

/**
 * Where a restorer's file lies, bundled by Vite and webpack 5: what `<tatami-video restorer>` is given.
 *
 * @throws TatamiError `invalid-option` for another kind.
 */
export function restorerUrl(kind: RestorerKind = "fidelity"): URL {
  return shipped(kind).url();
}

function shipped(kind: RestorerKind): ShippedFile {
  if (!restorerKinds.includes(kind))
    throw invalidOption("kind", restorerKinds.map((each) => `"${each}"`).join(" or "), kind);
  return shippedRestorers[kind];
}
