/** The folded network on the kernels: forward for one picture, and backward to the folded weights. */

import type { Architecture } from "./architecture.ts";
import {
  runConvolution,
  runConvolutionPrelu,
  runInputGradient,
  runPreluGradient,
  runWeightGradient,
} from "./blocked-convolution.ts";
import type { Kernels } from "./kernels.ts";
import { createNetworkWeights } from "./network-weights.ts";
import type { PaddedPlane } from "./plane.ts";
import { createPaddedPlane, fillPlane, readPlane } from "./plane.ts";

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

/** Planes for a forward pass alone: activations take turns in two sets of planes. */
export function createNetwork(
  kernels: Kernels,
  architecture: Architecture,
  width: number,
  height: number,
): Network {
  const features = () => createFeatures(kernels, architecture, width, height);
  const turns = [features(), features()];
  const activations = Array.from({ length: architecture.blocks }, (_, index) => turns[index % 2]!);
  return createForward(kernels, architecture, width, height, features(), activations, activations);
}

/** Planes for forward and backward. */
export function createTrainableNetwork(
  kernels: Kernels,
  architecture: Architecture,
  width: number,
  height: number,
): TrainableNetwork {
  const { blocks, scale } = architecture;
  const features = () => createFeatures(kernels, architecture, width, height);
  const first = features();
  const activations = Array.from({ length: blocks }, features);
  const preactivations = Array.from({ length: blocks }, features);
  const forward = createForward(kernels, architecture, width, height, first, activations, preactivations);
  const { weights, input, output } = forward;
  const { layers, slopes, slopeGradient, zeros } = weights;
  const turns = [features(), features()];
  const firstGradient = features();
  const truthPlane = createPaddedPlane(kernels, width, height, scale * scale);

  const backward = (): void => {
    const slopesOf = (block: number) => ({
      slopes: slopes.address + block * architecture.features * 4,
      slopeGradient: slopeGradient.address + block * architecture.features * 4,
    });
    const head = layers[blocks + 1]!;
    runWeightGradient(kernels, head, activations[blocks - 1]!, [output]);
    let gradient = turns[0]!;
    // R1 = Fm + F0: the gradient of R1 goes through Fm's PReLU, and as it is to F0
    runPreluGradient(
      kernels,
      head,
      [output],
      zeros,
      preactivations[blocks - 1]!,
      slopesOf(blocks - 1),
      gradient,
      firstGradient,
    );
    for (let block = blocks - 1; block >= 0; block--) {
      const layer = layers[block + 1]!;
      const source = block === 0 ? first : activations[block - 1]!;
      runWeightGradient(kernels, layer, source, gradient);
      if (block === 0) {
        runInputGradient(kernels, layer, gradient, firstGradient);
      } else {
        const next = gradient === turns[0] ? turns[1]! : turns[0]!;
        runPreluGradient(
          kernels,
          layer,
          gradient,
          zeros,
          preactivations[block - 1]!,
          slopesOf(block - 1),
          next,
        );
        gradient = next;
      }
    }
    runWeightGradient(kernels, layers[0]!, [input], firstGradient);
  };

  return {
    loadWeights: forward.loadWeights,
    forward: forward.forward,
    differentiate(luma, truth, weight, gradient) {
      forward.run(luma);
      fillPlane(truthPlane, truth);
      const loss = kernels.run.residualLoss(
        output.channels,
        output.interior,
        output.stride,
        input.interior,
        input.stride,
        truthPlane.interior,
        truthPlane.stride,
        width,
        height,
        weight,
      );
      weights.clearGradient();
      backward();
      weights.saveGradient(gradient);
      return loss;
    },
  };
}

function createFeatures(
  kernels: Kernels,
  architecture: Architecture,
  width: number,
  height: number,
): PaddedPlane[] {
  return Array.from({ length: architecture.features / 16 }, () =>
    createPaddedPlane(kernels, width, height, 16),
  );
}

function createForward(
  kernels: Kernels,
  architecture: Architecture,
  width: number,
  height: number,
  first: PaddedPlane[],
  activations: PaddedPlane[][],
  preactivations: PaddedPlane[][],
) {
  const { blocks, scale } = architecture;
  const weights = createNetworkWeights(kernels, architecture);
  const input = createPaddedPlane(kernels, width, height, 1);
  const output = createPaddedPlane(kernels, width, height, scale * scale);
  const { layers, slopes } = weights;

  /** Everything but the input's residual, which the loss and {@link Network.forward} add themselves. */
  const run = (luma: Float32Array): void => {
    fillPlane(
      input,
      luma.map((value) => value - 0.5),
    );
    runConvolution(kernels, layers[0]!, [input], first);
    for (let block = 0; block < blocks; block++) {
      const source = block === 0 ? first : activations[block - 1]!;
      const residual = block === blocks - 1 ? first : undefined;
      const slope = slopes.address + block * architecture.features * 4;
      runConvolutionPrelu(
        kernels,
        layers[block + 1]!,
        source,
        slope,
        preactivations[block]!,
        activations[block]!,
        residual,
      );
    }
    runConvolution(kernels, layers[blocks + 1]!, activations[blocks - 1]!, [output]);
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
