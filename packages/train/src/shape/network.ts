/** The folded network on the kernels: forward for one picture, and backward to the folded weights. */

import type { PaddedPlane } from "@tatami/kernels";
import { createPaddedPlane, fillPlane, readPlane } from "@tatami/kernels";
import type { Architecture } from "./architecture.ts";
import type { Kernels } from "../run/kernels.ts";
import { createNetworkWeights } from "./network-weights.ts";

/** A network prepared for pictures of one size. */
export interface Network {
  /** Takes a folded vector of weights. */
  loadWeights(folded: Float32Array): void;
  /**
   * @param input luma `[height][width]`, Y′/255
   * @returns `[height][width][scale²]`, the sub-pixels of each pixel, not clipped
   */
  forward(input: Float32Array): Float32Array;
}

/** A network that can also be differentiated. */
export interface TrainableNetwork extends Network {
  /**
   * Forward and backward for one crop.
   *
   * @param truth `[height][width][scale²]`
   * @param weight the loss's share: 1 / (values in the batch) makes the batch's loss a mean
   * @param gradient a folded vector that is overwritten
   * @returns Σ|clip(output) − truth| over the crop, unweighted
   */
  differentiate(input: Float32Array, truth: Float32Array, weight: number, gradient: Float32Array): number;
}

/** Planes for a forward pass alone: activations take turns in two planes. */
export function createNetwork(
  kernels: Kernels,
  architecture: Architecture,
  width: number,
  height: number,
): Network {
  const features = () => createPaddedPlane(kernels, width, height, architecture.features);
  const turns = [features(), features()];
  const activations = Array.from({ length: architecture.blocks }, (_, index) => turns[index % 2]!);
  return createForward(kernels, architecture, width, height, features(), activations, activations, false);
}

/** Planes for forward and backward. */
export function createTrainableNetwork(
  kernels: Kernels,
  architecture: Architecture,
  width: number,
  height: number,
): TrainableNetwork {
  const { run } = kernels;
  const { blocks, scale } = architecture;
  const features = () => createPaddedPlane(kernels, width, height, architecture.features);
  const first = features();
  const activations = Array.from({ length: blocks }, features);
  const preactivations = Array.from({ length: blocks }, features);
  const forward = createForward(
    kernels,
    architecture,
    width,
    height,
    first,
    activations,
    preactivations,
    true,
  );
  const { weights, input, output } = forward;
  const { layers, slopes, slopeGradient } = weights;
  const turns = [features(), features()];
  const firstGradient = features();
  const truthPlane = createPaddedPlane(kernels, width, height, scale * scale);

  const backward = (): void => {
    const throughPrelu = (gradient: PaddedPlane, block: number): void => {
      const at = block * architecture.features * 4;
      run.preluGradientPlane(
        gradient.address,
        preactivations[block]!.address,
        slopes.address + at,
        slopeGradient.address + at,
      );
    };
    const head = layers[blocks + 1]!;
    let gradient = turns[0]!;
    head.weightGradient(activations[blocks - 1]!, output);
    head.inputGradient(output, gradient);
    // R1 = Fm + F0: the gradient of R1 goes through Fm's PReLU, and as it is to F0
    run.copyPlane(gradient.address, firstGradient.address);
    for (let block = blocks - 1; block >= 0; block--) {
      throughPrelu(gradient, block);
      const layer = layers[block + 1]!;
      layer.weightGradient(block === 0 ? first : activations[block - 1]!, gradient);
      if (block === 0) {
        layer.inputGradient(gradient, firstGradient, firstGradient);
      } else {
        const next = gradient === turns[0] ? turns[1]! : turns[0]!;
        layer.inputGradient(gradient, next);
        gradient = next;
      }
    }
    layers[0]!.weightGradient(input, firstGradient);
  };

  return {
    loadWeights: forward.loadWeights,
    forward: forward.forward,
    differentiate(luma, truth, weight, gradient) {
      forward.run(luma);
      fillPlane(truthPlane, truth);
      const loss = run.residualLoss(output.address, input.address, truthPlane.address, weight);
      weights.clearGradient();
      backward();
      weights.saveGradient(gradient);
      return loss;
    },
  };
}

function createForward(
  kernels: Kernels,
  architecture: Architecture,
  width: number,
  height: number,
  first: PaddedPlane,
  activations: readonly PaddedPlane[],
  preactivations: readonly PaddedPlane[],
  differentiable: boolean,
) {
  const { blocks, scale } = architecture;
  const weights = createNetworkWeights(kernels, architecture, differentiable);
  const input = createPaddedPlane(kernels, width, height, 1);
  const output = createPaddedPlane(kernels, width, height, scale * scale);
  const { layers, slopes } = weights;

  /** Everything but the input's residual, which the loss and {@link Network.forward} add themselves. */
  const run = (luma: Float32Array): void => {
    fillPlane(
      input,
      luma.map((value) => value - 0.5),
    );
    layers[0]!.forward(input, first);
    for (let block = 0; block < blocks; block++) {
      const preactivation = preactivations[block]!;
      layers[block + 1]!.forward(block === 0 ? first : activations[block - 1]!, preactivation);
      kernels.run.preluPlane(
        preactivation.address,
        slopes.address + block * architecture.features * 4,
        block === blocks - 1 ? first.address : 0,
        activations[block]!.address,
      );
    }
    layers[blocks + 1]!.forward(activations[blocks - 1]!, output);
  };
  const forward = (luma: Float32Array): Float32Array => {
    run(luma);
    const values = readPlane(output);
    for (let i = 0; i < values.length; i++) values[i]! += luma[Math.floor(i / output.channels)]!;
    return values;
  };
  return {
    weights,
    input,
    output,
    run,
    forward,
    loadWeights: (folded: Float32Array) => weights.load(folded),
  };
}
