/** How far a network can go towards the one for cameras beside it. */

import { listModels } from "@tatami/zoo";
import type { Choice } from "./protocol.ts";

/** Not at all, for there is none; all the way or not at all; or any part of the way, for their weights can be mixed. */
export type Denoising = "none" | "whole" | "any";

/** @param name of a clean network */
export const denoisingOf = (name: string): Denoising => {
  const camera = listModels().find((card) => card.name === `${name}-camera`);
  if (camera === undefined) return "none";
  return camera.mixesWith === name ? "any" : "whole";
};

/** The same network, gone as far as it can of what a person wants from 0 to 1; nothing wanted leaves it as it is. */
export const withDenoise = (
  network: Choice["network"],
  wanted: number | null | undefined,
): Choice["network"] => {
  if (network.kind === "own" || wanted === null || wanted === undefined) return network;
  const steps = denoisingOf(network.name);
  if (steps === "none") return network;
  return { ...network, denoise: steps === "any" ? wanted : Math.round(wanted) };
};
