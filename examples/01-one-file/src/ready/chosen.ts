/** What the settings come to for one file. */

import { denoisingOf, withDenoise } from "../work/denoising.ts";
import type { Denoising } from "../work/denoising.ts";
import { presets, scaleOf, wishFor } from "./presets.ts";
import type { Choice, NetworkWish } from "../work/protocol.ts";
import type { Settings } from "./settings.ts";

/** A person's own network, which was read and fits. */
export interface OwnNetwork {
  readonly file: File;
  readonly scale: number;
}

/** A network, how strongly it acts, and by how much it enlarges. */
export interface ChosenNetwork {
  readonly network: Choice["network"];
  readonly strength: number;
  readonly scale: number;
  /** How far it can go towards one for cameras. */
  readonly denoising: Denoising;
}

/** @param choice what was decided for the file; of use where that is left to it @returns nothing until it is known */
export const chosenBy = (
  { preset, network, target, strength, denoise }: Settings,
  own: OwnNetwork | undefined,
  choice: Choice | undefined,
): ChosenNetwork | undefined => {
  const made = (found: Choice["network"], scale: number, usual = 1): ChosenNetwork => ({
    network: withDenoise(found, denoise),
    strength: strength ?? usual,
    scale,
    denoising: found.kind === "shipped" ? denoisingOf(found.name) : "none",
  });
  if (own !== undefined) return made({ kind: "own", file: own.file }, own.scale);
  if (preset === null) {
    return made(wishFor(network), scaleOf(network));
  }
  if (preset === "automatic")
    return choice === undefined ? undefined : made(choice.network, target, choice.strength);
  const named = presets.find(({ id }) => id === preset)!;
  return made({ kind: "shipped", name: named.networks![target], denoise: named.denoise }, target);
};

/** What is asked of the worker: where the file decides, the next file decides for itself. */
export const networkWish = (settings: Settings, own: OwnNetwork | undefined): NetworkWish => {
  const { preset, target, denoise } = settings;
  if (own === undefined && preset === "automatic")
    return { kind: "automatic", scale: target, ...(denoise === null ? {} : { denoise }) };
  return chosenBy(settings, own, undefined)!.network;
};
