/** One folded convolution on the kernels: forward, and its gradients. 3×3 ones run by Winograd, 5×5 ones directly. */

import type { PaddedPlane } from "@tatami/kernels";
import type { Layer } from "./architecture.ts";
import type { Kernels } from "../run/kernels.ts";

/** A layer's weights in the kernels' memory, and what can be done with them. */
export interface KernelLayer {
  /** @param weights `[ky][kx][in][out]`. @param bias `[out]` */
  load(weights: Float32Array, bias: Float32Array): void;
  /** Convolution and bias. */
  forward(source: PaddedPlane, target: PaddedPlane): void;
  /**
   * The gradient of the layer's input from that of its output.
   *
   * @param added what flows into the same input from elsewhere; may be the target itself
   */
  inputGradient(gradient: PaddedPlane, target: PaddedPlane, added?: PaddedPlane): void;
  /** Adds to the gradients of weights and bias. */
  weightGradient(source: PaddedPlane, gradient: PaddedPlane): void;
  clearGradient(): void;
  /** Writes the gradients in the order of {@link KernelLayer.load}. */
  saveGradient(weights: Float32Array, bias: Float32Array): void;
}

/**
 * Room for one layer.
 *
 * @param scratch the address of the passes' working memory
 * @param differentiable whether gradients will be asked for
 */
export function createKernelLayer(
  kernels: Kernels,
  layer: Layer,
  scratch: number,
  differentiable: boolean,
): KernelLayer {
  const { run } = kernels;
  const { kernel, inputs, outputs } = layer;
  const winograd = kernel === 3;
  const [inputPixel, outputPixel] = [inputs * 4, outputs * 4];
  const count = kernel * kernel * inputs * outputs;
  const transformed = winograd ? 36 * inputs * outputs : 0;
  const backwardCount = differentiable ? count : 0;
  const weights = kernels.allocate(count);
  const bias = kernels.allocate(outputs);
  const u = kernels.allocate(transformed);
  // the kernel turned by 180°, its channels exchanged; and that transformed
  const turned = kernels.allocate(backwardCount);
  const turnedU = kernels.allocate(differentiable ? transformed : 0);
  const zeros = kernels.allocate(inputs + 3);
  const gradient = kernels.allocate(backwardCount);
  const du = kernels.allocate(differentiable ? transformed : 0);
  const biasGradient = kernels.allocate(outputs);

  return {
    load(values, start) {
      weights.floats().set(values);
      bias.floats().set(start);
      if (winograd) run.transformKernel(weights.address, inputPixel, outputPixel, u.address);
      if (!differentiable) return;
      if (winograd)
        run.transformTurnedKernel(weights.address, inputPixel, outputPixel, turned.address, turnedU.address);
      else run.turnKernel(weights.address, inputPixel, outputPixel, kernel, turned.address);
    },
    forward(source, target) {
      if (winograd) run.winogradPlane(source.address, target.address, u.address, bias.address, 0, scratch);
      else run.convolvePlane(source.address, target.address, weights.address, bias.address, kernel, scratch);
    },
    inputGradient(incoming, target, added) {
      if (winograd)
        run.winogradPlane(
          incoming.address,
          target.address,
          turnedU.address,
          zeros.address,
          added?.address ?? 0,
          scratch,
        );
      else
        run.convolvePlane(incoming.address, target.address, turned.address, zeros.address, kernel, scratch);
    },
    weightGradient(source, incoming) {
      run.biasGradient(incoming.address, biasGradient.address);
      if (winograd) run.winogradWeightGradient(source.address, incoming.address, du.address, scratch);
      else run.weightGradient5x5(source.address, incoming.address, gradient.address);
    },
    clearGradient() {
      for (const block of [gradient, du, biasGradient]) block.floats().fill(0);
    },
    saveGradient(values, start) {
      if (winograd) run.kernelGradient(du.address, inputPixel, outputPixel, gradient.address);
      values.set(gradient.floats());
      start.set(biasGradient.floats());
    },
  };
}
