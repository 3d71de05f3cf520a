/** Convolutions and their gradients over planes that come in blocks of 16 channels. */

import type { Block, Kernels } from "./kernels.ts";
import type { KernelLayer } from "./network-weights.ts";
import type { PaddedPlane } from "./plane.ts";
import { readingStart } from "./plane.ts";

/** Convolution and bias. */
export function runConvolution(
  kernels: Kernels,
  layer: KernelLayer,
  sources: readonly PaddedPlane[],
  targets: readonly PaddedPlane[],
): void {
  targets.forEach((target, o) => {
    sources.forEach((source, i) => {
      accumulate(
        kernels,
        layer,
        source,
        target,
        weightsAt(layer.forward, layer, o, i),
        i === 0 ? layer.bias.address + o * 64 : 0,
      );
    });
  });
}

/**
 * Convolution, bias, PReLU; `residuals` are added to the activation.
 *
 * @param slopes address of `[outputs]` slopes
 * @param preactivations written; may be the targets themselves when nothing is differentiated
 */
export function runConvolutionPrelu(
  kernels: Kernels,
  layer: KernelLayer,
  sources: readonly PaddedPlane[],
  slopes: number,
  preactivations: readonly PaddedPlane[],
  targets: readonly PaddedPlane[],
  residuals?: readonly PaddedPlane[],
): void {
  const last = sources.length - 1;
  targets.forEach((target, o) => {
    const preactivation = preactivations[o]!;
    const bias = layer.bias.address + o * 64;
    for (let i = 0; i < last; i++) {
      accumulate(
        kernels,
        layer,
        sources[i]!,
        preactivation,
        weightsAt(layer.forward, layer, o, i),
        i === 0 ? bias : 0,
      );
    }
    kernels.run.convolvePrelu(
      readingStart(sources[last]!, layer.kernel),
      weightsAt(layer.forward, layer, o, last),
      last === 0 ? bias : 0,
      slopes + o * 64,
      preactivation.interior,
      residuals ? residuals[o]!.interior : 0,
      target.interior,
      target.stride,
      target.width,
      target.height,
      layer.kernel,
    );
  });
}

/** Adds the input gradient of a convolution to `targets`. */
export function runInputGradient(
  kernels: Kernels,
  layer: KernelLayer,
  gradients: readonly PaddedPlane[],
  targets: readonly PaddedPlane[],
): void {
  targets.forEach((target, i) => {
    gradients.forEach((gradient, o) => {
      accumulate(kernels, layer, gradient, target, weightsAt(layer.backward, layer, o, i), 0);
    });
  });
}

/**
 * Input gradient of a convolution, then backward through the PReLU that made its input.
 *
 * @param slope addresses of the PReLU's slopes and of their gradient, which is added to
 * @param through takes the gradient as it is before the PReLU
 */
export function runPreluGradient(
  kernels: Kernels,
  layer: KernelLayer,
  gradients: readonly PaddedPlane[],
  zeros: Block,
  preactivations: readonly PaddedPlane[],
  slope: { readonly slopes: number; readonly slopeGradient: number },
  targets: readonly PaddedPlane[],
  through?: readonly PaddedPlane[],
): void {
  const last = gradients.length - 1;
  targets.forEach((target, i) => {
    for (let o = 0; o < last; o++) {
      accumulate(
        kernels,
        layer,
        gradients[o]!,
        target,
        weightsAt(layer.backward, layer, o, i),
        o === 0 ? zeros.address : 0,
      );
    }
    const gradient = gradients[last]!;
    kernels.run.convolvePreluGradient(
      gradient.channels,
      readingStart(gradient, layer.kernel),
      gradient.stride,
      weightsAt(layer.backward, layer, last, i),
      last === 0 ? zeros.address : 0,
      preactivations[i]!.interior,
      slope.slopes + i * 64,
      slope.slopeGradient + i * 64,
      through ? through[i]!.interior : 0,
      target.interior,
      target.stride,
      target.width,
      target.height,
      layer.kernel,
    );
  });
}

/** Adds to a layer's weight and bias gradients. */
export function runWeightGradient(
  kernels: Kernels,
  layer: KernelLayer,
  sources: readonly PaddedPlane[],
  gradients: readonly PaddedPlane[],
): void {
  const { run } = kernels;
  gradients.forEach((gradient, o) => {
    const { width, height, channels } = gradient;
    run.biasGradient(
      channels,
      gradient.interior,
      gradient.stride,
      layer.biasGradient.address + o * 64,
      width,
      height,
    );
    sources.forEach((source, i) => {
      const from = readingStart(source, layer.kernel);
      const weights = weightsAt(layer.weightGradient, layer, o, i);
      if (channels === 4) {
        run.weightGradientNarrow(
          from,
          source.stride,
          gradient.interior,
          gradient.stride,
          weights,
          width,
          height,
        );
      } else if (layer.kernel === 3) {
        run.weightGradient3x3(
          from,
          source.stride,
          gradient.interior,
          gradient.stride,
          weights,
          width,
          height,
        );
      } else {
        run.weightGradient5x5(
          source.channels,
          from,
          source.stride,
          gradient.interior,
          gradient.stride,
          weights,
          width,
          height,
        );
      }
    });
  });
}

function accumulate(
  kernels: Kernels,
  layer: KernelLayer,
  source: PaddedPlane,
  target: PaddedPlane,
  weights: number,
  start: number,
): void {
  const from = readingStart(source, layer.kernel);
  const { interior, stride, width, height } = target;
  if (target.channels === 4) {
    kernels.run.convolveNarrow(
      from,
      source.stride,
      weights,
      start,
      interior,
      stride,
      width,
      height,
      layer.kernel,
    );
  } else {
    kernels.run.convolve(
      source.channels,
      from,
      source.stride,
      weights,
      start,
      interior,
      stride,
      width,
      height,
      layer.kernel,
    );
  }
}

function weightsAt(block: Block, layer: KernelLayer, output: number, input: number): number {
  return block.address + (output * layer.inputBlocks + input) * layer.blockCount * 4;
}
