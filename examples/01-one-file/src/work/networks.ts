/** Opens the networks that are wished for. */

import { TatamiError } from "@tatami/core";
import { readOnnx } from "@tatami/graph";
import type { Model } from "@tatami/graph";
import { loadModel } from "@tatami/zoo";
import type { Choice } from "./protocol.ts";

/** Bytes above which an ONNX file is certainly none that enlarges one plane in time. */
const mostBytes = 64e6;

/** What tells two networks apart. */
export const networkKey = (network: Choice["network"]): string =>
  network.kind === "own"
    ? `own ${network.file.name} ${network.file.size} ${network.file.lastModified}`
    : `${network.name} ${network.denoise}`;

/** @throws TatamiError `invalid-model` for an own file that does not fit, with the reason. */
export const openNetwork = async (network: Choice["network"]): Promise<Model> => {
  if (network.kind === "shipped")
    return loadModel(network.name, network.denoise > 0 ? { denoise: network.denoise } : {});
  const { file } = network;
  if (file.size > mostBytes)
    throw new TatamiError({
      code: "invalid-model",
      message: `${file.name} is too large for a network that enlarges video.`,
      fix: "Choose an ONNX file of 64 MB at most.",
    });
  const { model } = readOnnx(new Uint8Array(await file.arrayBuffer()));
  if (model.scale < 2)
    throw new TatamiError({
      code: "invalid-model",
      message: `The network in ${file.name} does not enlarge: what comes out is as large as what goes in.`,
      fix: "Choose one that makes pictures two or more times as large.",
    });
  return { ...model, name: file.name };
};
