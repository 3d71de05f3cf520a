/** Folded weights in the order kernels read them: blocks of 16 channels, each `[ky][kx][in][out]`. */

/** How a layer's channels fall into blocks. */
export interface BlockedKernel {
  readonly kernel: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly inputBlocks: number;
  readonly outputBlocks: number;
  /** Channels of one input block: 1 or 16. */
  readonly inputChannels: number;
  /** Channels of one output block: 4 or 16. */
  readonly outputChannels: number;
  /** Floats of one block of weights. */
  readonly blockCount: number;
}

/** The blocks of a layer. */
export function blocksOf(layer: { kernel: number; inputs: number; outputs: number }): BlockedKernel {
  const { kernel, inputs, outputs } = layer;
  const inputChannels = Math.min(inputs, 16);
  const outputChannels = Math.min(outputs, 16);
  return {
    kernel,
    inputs,
    outputs,
    inputChannels,
    outputChannels,
    inputBlocks: inputs / inputChannels,
    outputBlocks: outputs / outputChannels,
    blockCount: kernel * kernel * inputChannels * outputChannels,
  };
}

/** Forward order: block `(output, input)` at `(output · inputBlocks + input) · blockCount`. */
export function packForward(layer: BlockedKernel, weights: Float32Array, packed: Float32Array): void {
  if (isOneBlock(layer)) {
    packed.set(weights);
    return;
  }
  forEachWeight(layer, (from, block, tap, input, output) => {
    packed[block + (tap * layer.inputChannels + input) * layer.outputChannels + output] = weights[from]!;
  });
}

/** The inverse of {@link packForward}: for weight gradients. */
export function unpackForward(layer: BlockedKernel, packed: Float32Array, weights: Float32Array): void {
  if (isOneBlock(layer)) {
    weights.set(packed);
    return;
  }
  forEachWeight(layer, (from, block, tap, input, output) => {
    weights[from] = packed[block + (tap * layer.inputChannels + input) * layer.outputChannels + output]!;
  });
}

/** For the input gradient: the same blocks, turned by 180° and with inputs and outputs exchanged. */
export function packBackward(layer: BlockedKernel, weights: Float32Array, packed: Float32Array): void {
  const last = layer.kernel * layer.kernel - 1;
  forEachWeight(layer, (from, block, tap, input, output) => {
    packed[block + ((last - tap) * layer.outputChannels + output) * layer.inputChannels + input] =
      weights[from]!;
  });
}

/** One block is already in the kernels' order. */
function isOneBlock(layer: BlockedKernel): boolean {
  return layer.inputBlocks === 1 && layer.outputBlocks === 1;
}

function forEachWeight(
  layer: BlockedKernel,
  visit: (from: number, block: number, tap: number, input: number, output: number) => void,
): void {
  const { kernel, inputs, outputs, inputChannels, outputChannels, inputBlocks, blockCount } = layer;
  let from = 0;
  for (let tap = 0; tap < kernel * kernel; tap++) {
    for (let input = 0; input < inputs; input++) {
      for (let output = 0; output < outputs; output++, from++) {
        const outputBlock = Math.floor(output / outputChannels);
        const inputBlock = Math.floor(input / inputChannels);
        const block = (outputBlock * inputBlocks + inputBlock) * blockCount;
        visit(from, block, tap, input % inputChannels, output % outputChannels);
      }
    }
  }
}
