/** The networks the inference kernels know: a chain of convolutions over one picture. */

import { TatamiError } from "@tatami/core";

/** One convolution with its activation and residual. */
export interface ChainLayer {
  /** Side of the square kernel: 1, 3, 5, 7 or 9. */
  readonly kernel: number;
  readonly inputs: number;
  readonly outputs: number;
  /** `[outputs][inputs][kernel][kernel]`. */
  readonly weights: Float32Array;
  /** `[outputs]`. */
  readonly bias: Float32Array;
  /** `[outputs]` of a PReLU after the convolution; none when left out. */
  readonly slopes?: Float32Array;
  /** The output (0: the first layer's) that is added after the activation. */
  readonly residual?: number;
}

/** A network from luma to luma: `layers`, then depth-to-space of `scale` in DCR order. */
export interface Chain {
  readonly scale: number;
  /** Subtracted from the picture before the first layer. */
  readonly centre: number;
  /** Whether the picture is added to every channel of the last layer's output. */
  readonly addPicture: boolean;
  /** At least two; the last has scale² outputs, no slopes and no residual. */
  readonly layers: readonly ChainLayer[];
}

/** Channels as the kernels store them: four to a vector; the picture is one float a pixel. */
export function storedChannels(channels: number): number {
  return channels === 1 ? 1 : Math.ceil(channels / 4) * 4;
}

/**
 * Whether a layer runs by Winograd: by F(4×4, 3×3) every 3×3 one but the last whose pixels are whole vectors, by
 * F(2×2, 5×5) the last one.
 */
export function isWinograd(chain: Chain, index: number): boolean {
  const { kernel, inputs } = chain.layers[index]!;
  return inputs > 1 && kernel === (index < chain.layers.length - 1 ? 3 : 5);
}

/** @throws TatamiError `invalid-model` for a chain that does not fit together. */
export function checkChain(chain: Chain): Chain {
  const { layers, scale } = chain;
  if (layers.length < 2) throw misfit(`it has ${layers.length} layers, not two or more`);
  let channels = 1;
  layers.forEach(({ kernel, inputs, outputs, weights, bias, slopes, residual }, index) => {
    if (kernel % 2 !== 1 || kernel > 9) throw misfit(`layer ${index}'s kernel is ${kernel}×${kernel}`);
    if (inputs !== channels) throw misfit(`layer ${index} takes ${inputs} channels of ${channels}`);
    if (index > 0 && inputs === 1) throw misfit(`layer ${index} takes a single channel`);
    if (weights.length !== outputs * inputs * kernel * kernel || bias.length !== outputs)
      throw misfit(`layer ${index}'s weights do not have its shape`);
    if (slopes && slopes.length !== outputs) throw misfit(`layer ${index} has ${slopes.length} slopes`);
    if (residual !== undefined && (residual >= index || layers[residual]?.outputs !== outputs))
      throw misfit(`layer ${index}'s residual does not fit`);
    channels = outputs;
  });
  const last = layers.at(-1)!;
  if (channels !== scale ** 2 || last.slopes || last.residual !== undefined)
    throw misfit(`its last layer does not end in ${scale ** 2} plain channels`);
  return chain;
}

function misfit(what: string): TatamiError<"invalid-model"> {
  return new TatamiError({
    code: "invalid-model",
    message: `The kernels cannot run this chain of convolutions: ${what}.`,
    fix: "Use a collapsed network, or an engine that takes any graph: wasm, onnx-wasm or cpu (options.backends).",
  });
}
