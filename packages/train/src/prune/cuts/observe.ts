/** What a net's convolutions see: how their inputs vary together, on crops that are not scored. */

import type { Node, Tensor } from "@tatami/graph";
import { constant, isOp, networkOf, topologicalOrder } from "@tatami/graph";
import { createGraphRunner } from "@tatami/runtime/programs";
import type { CompiledKernels } from "../../run/kernels.ts";
import { createKernels } from "../../run/kernels.ts";
import { architectureOf } from "./net.ts";
import type { PrunedNet } from "./net.ts";

/**
 * The second moments of what a convolution reads at one place, means over places: `[n][n]`, n = channels · side² + 1, in
 * the order of its kernel's inputs and taps; the last row and column are of the 1 that its bias is read with.
 */
export interface InputMoments {
  readonly channels: number;
  /** Of the kernel. */
  readonly side: number;
  readonly moments: Float64Array;
}

/** By the convolution's name. */
export type Observation = Readonly<Record<string, InputMoments>>;

/** Looks at a net: the moments of what these convolutions read. */
export type Observe = (net: PrunedNet, names: readonly string[]) => Observation;

/** Places whose products are summed at once, in single precision. */
const placesAtOnce = 256;

/** @param crops luma of 0..1, `[1, 1, h, w]`, all of one size; pixels that see the zeros around a crop are left out */
export function createObserver(compiled: CompiledKernels, crops: readonly Tensor[]): Observe {
  const kernels = createKernels(compiled);
  const scratch = kernels.allocate(placesAtOnce * 8);
  // grow to the widest layer that was looked at
  let [gatheredBlock, productBlock] = [kernels.allocate(4), kernels.allocate(4)];
  /** Adds the products of some gathered places. */
  const addProducts = (places: Float32Array, count: number, n: number, sums: Float64Array): void => {
    if (gatheredBlock.count < placesAtOnce * n) gatheredBlock = kernels.allocate(placesAtOnce * n);
    if (productBlock.count < n * n) productBlock = kernels.allocate(n * n);
    const [from, to] = [gatheredBlock, productBlock];
    from.floats().set(places.subarray(0, count * n));
    kernels.run.matrixProduct(from.address, from.address, to.address, n, count, n, 1, scratch.address);
    const products = to.floats();
    for (let i = 0; i < n * n; i++) sums[i]! += products[i]!;
  };
  const addCrop = ({ shape, data }: Tensor, total: Total): void => {
    const { side, shift } = total;
    const [, channels, height, width] = shape as readonly [number, number, number, number];
    const n = channels * side * side + 1;
    const gathered = new Float32Array(placesAtOnce * n);
    const reach = (side - 1) / 2;
    let count = 0;
    const flush = (): void => {
      addProducts(gathered, count, n, total.sums);
      total.places += count;
      count = 0;
    };
    for (let y = reach; y < height - reach; y++)
      for (let x = reach; x < width - reach; x++) {
        let at = count * n;
        for (let channel = 0; channel < channels; channel++)
          for (let dy = -reach; dy <= reach; dy++) {
            const from = (channel * height + y + dy) * width + x - reach;
            for (let dx = 0; dx < side; dx++) gathered[at++] = data[from + dx]! - shift[channel]!;
          }
        gathered[at] = 1;
        count++;
        if (count === placesAtOnce) flush();
      }
    flush();
  };
  return (net, names) => {
    const runner = createGraphRunner(compiled, "observed", (picture) => inputsOf(net, picture, names));
    const totals = new Map(
      names.map((name) => {
        const [, channels, side] = net.weights[`${name}.kernel`]!.shape as readonly [number, number, number];
        const sums = new Float64Array((channels * side * side + 1) ** 2);
        return [name, { channels, side, shift: new Float64Array(channels), places: 0, sums } as Total];
      }),
    );
    for (const crop of crops) {
      const seen = runner.run(crop);
      for (const [name, total] of totals) {
        if (total.places === 0) total.shift.set(channelMeans(seen[name]!));
        addCrop(seen[name]!, total);
      }
    }
    return Object.fromEntries(
      [...totals].map(([name, total]) => [
        name,
        { channels: total.channels, side: total.side, moments: unshifted(total) },
      ]),
    );
  };
}

/** Sums of products of what one convolution reads. */
interface Total {
  readonly channels: number;
  readonly side: number;
  /** What is taken off each channel before its products: near its mean, so that these are not of that alone. */
  readonly shift: Float64Array;
  places: number;
  readonly sums: Float64Array;
}

function channelMeans({ shape, data }: Tensor): readonly number[] {
  const channels = shape[1]!;
  const each = data.length / channels;
  return Array.from(
    { length: channels },
    (_, channel) =>
      data.subarray(channel * each, (channel + 1) * each).reduce((sum, value) => sum + value, 0) / each,
  );
}

/** E(p + s)(p + s)ᵀ, from the sums over p with a 1 at its end. */
function unshifted({ channels, side, shift, places, sums }: Total): Float64Array {
  const taps = side * side;
  const n = channels * taps + 1;
  const shiftOf = (i: number): number => (i === n - 1 ? 0 : shift[Math.floor(i / taps)]!);
  const moments = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const [a, b] = [shiftOf(i), shiftOf(j)];
      const moment =
        (sums[i * n + j]! + a * sums[j * n + n - 1]! + b * sums[i * n + n - 1]!) / places + a * b;
      moments[i * n + j] = moment;
      moments[j * n + i] = moment;
    }
  return moments;
}

/** What each of these convolutions reads, by its name. */
function inputsOf(
  net: PrunedNet,
  picture: Node<"parameter">,
  names: readonly string[],
): Record<string, Node> {
  const nodes = new Map(Object.entries(net.weights).map(([name, value]) => [name, constant(value)]));
  const { output } = networkOf("sesr").build(architectureOf(net), (name) => nodes.get(name)!, picture);
  const convolutions = topologicalOrder(output).filter((node) => isOp(node, "conv2d"));
  return Object.fromEntries(
    names.map((name) => {
      const kernel = nodes.get(`${name}.kernel`);
      return [name, convolutions.find((node) => node.sources[1] === kernel)!.sources[0]!];
    }),
  );
}
