import fc from "fast-check";
import { describe, it } from "vitest";
import { lossCodes } from "./codes.ts";
import type { Block, TrainingKernels } from "./instance.ts";
import { createScratch } from "./plane.fixture.ts";
import type { PaddedPlane } from "./plane.fixture.ts";
import {
  builds,
  check,
  createNoise,
  expectClose,
  loadInstances,
  put,
  putPlane,
  shapes,
  takePlane,
} from "./training-kernels.fixture.ts";

const sides = fc.constantFrom(1, 3, 5, 7, 9);
const runs = 15;
/** By d; a is 0.5. */
const derivatives: Record<keyof typeof lossCodes, (d: number) => number> = {
  absolute: Math.sign,
  squared: (d) => 2 * d,
  charbonnier: (d) => d / Math.hypot(d, 0.5),
};

// Every gradient is that of Σ target · incoming, for which `sumProducts` stands.
describe.each(builds)("gradients are the forward kernels' differences (%s)", (build) => {
  it("of a convolution's weights and input", async () => {
    const create = await loadInstances(build);
    const outputs = fc.constantFrom(1, 4, 8, 12);
    check(
      fc.tuple(shapes, sides, outputs),
      ([shape, kernel, count]) => {
        const scene = setScene(create(), shape, kernel, count);
        const { kernels, source, incoming, target, noise } = scene;
        const size = kernel ** 2 * shape.channels * count;
        const [weights, gradient] = [put(kernels, noise(size)), put(kernels, new Float32Array(size))];
        const zeros = kernels.allocate(32).address;
        const scratch = createScratch(kernels, 32);
        const { run } = kernels;
        const forward = (): void =>
          run.convolvePlane(source.address, target.address, weights.address, zeros, kernel, scratch);
        run.weightGradient(source.address, incoming.address, gradient.address, kernel);
        expectSlopes(scene, weights, [...gradient.floats()], 1, forward);
        const turned = put(kernels, turnKernel(weights.floats(), kernel ** 2, shape.channels, count));
        const back = putPlane(kernels, shape.width, shape.height, shape.channels, undefined, 4);
        run.convolvePlane(incoming.address, back.address, turned.address, zeros, kernel, scratch);
        expectSlopes(scene, source, takePlane(kernels, back), 1, forward);
      },
      runs,
    );
  });

  it("of a depthwise convolution's weights and input", async () => {
    const create = await loadInstances(build);
    check(
      fc.tuple(shapes, sides),
      ([shape, kernel]) => {
        const scene = setScene(create(), shape, kernel, shape.channels);
        const { kernels, source, incoming, target, noise } = scene;
        const size = kernel ** 2 * shape.channels;
        const [weights, gradient] = [put(kernels, noise(size)), put(kernels, new Float32Array(size))];
        const zeros = kernels.allocate(32).address;
        const { run } = kernels;
        const forward = (): void =>
          run.depthwisePlane(source.address, target.address, weights.address, zeros, kernel, kernel);
        run.depthwiseWeightGradient(source.address, incoming.address, gradient.address, kernel, kernel);
        expectSlopes(scene, weights, [...gradient.floats()], 1, forward);
        const turned = kernels.allocate(size).address;
        run.turnDepthwise(weights.address, shape.channels * 4, kernel, turned);
        const back = putPlane(kernels, shape.width, shape.height, shape.channels, undefined, 4);
        run.depthwisePlane(incoming.address, back.address, turned, zeros, kernel, kernel);
        expectSlopes(scene, source, takePlane(kernels, back), 1, forward);
      },
      runs,
    );
  });

  it("of a PReLU's slopes and input", async () => {
    const create = await loadInstances(build);
    check(
      shapes,
      (shape) => {
        const scene = setScene(create(), shape, 1, shape.channels);
        const { kernels, source, incoming, target, noise } = scene;
        const [slopes, gradient] = [put(kernels, noise(shape.channels)), kernels.allocate(shape.channels)];
        const { run } = kernels;
        const forward = (): void => run.preluPlane(source.address, slopes.address, 0, target.address);
        run.preluSlopeGradient(incoming.address, source.address, gradient.address);
        expectSlopes(scene, slopes, [...gradient.floats()], 1, forward);
        const back = putPlane(kernels, shape.width, shape.height, shape.channels);
        run.preluInputGradient(incoming.address, source.address, slopes.address, back.address);
        // nothing so near to the bend that a step crosses it
        const far = takePlane(kernels, source).map((x) => (Math.abs(x) < 1 / 64 ? 0 : 1));
        expectSlopes(scene, source, takePlane(kernels, back), 1 / 128, forward, far);
      },
      runs,
    );
  });

  it.each(Object.keys(lossCodes) as (keyof typeof lossCodes)[])("of the %s loss", async (kind) => {
    const create = await loadInstances(build);
    check(
      fc.tuple(shapes, fc.constantFrom("apart", "first", "second")),
      ([{ width, height, channels, seed }, place]) => {
        const kernels = create();
        const noise = createNoise(seed);
        // differences of 1 at least, so that no step changes a sign
        const b = noise(width * height * channels);
        const a = b.map((x) => x + (x > 0 ? 1.5 : -1.5));
        const [first, second, apart, one] = [a, b, undefined, a].map((values) =>
          putPlane(kernels, width, height, channels, values),
        ) as [PaddedPlane, PaddedPlane, PaddedPlane, PaddedPlane];
        const [factor, sum] = [put(kernels, Float32Array.of(0.5)).address, kernels.allocate(1)];
        const loss = (): number => {
          sum.floats()[0] = 0;
          kernels.run.sumLoss(lossCodes[kind], one.address, other.address, channels, 0.5, sum.address, 0.5);
          return sum.floats()[0]!;
        };
        const other = putPlane(kernels, width, height, channels, b);
        const target = { apart, first, second }[place]!;
        kernels.run.lossGradient(lossCodes[kind], first.address, second.address, target.address, 0.5, factor);
        const gradient = takePlane(kernels, target);
        expectClose(
          gradient,
          a.map((x, i) => 0.5 * derivatives[kind](x - b[i]!)),
        );
        const floats = one.block.floats();
        for (const i of picked(a.length)) {
          const at = placeOf(one, i);
          const seen = slope((step) => {
            floats[at] = a[i]! + step;
            return loss();
          }, 1 / 8);
          floats[at] = a[i]!;
          expectClose([seen], [gradient[i]!], 2e-3);
        }
      },
      runs,
    );
  });
});

interface Scene {
  readonly kernels: TrainingKernels;
  readonly source: PaddedPlane;
  readonly incoming: PaddedPlane;
  readonly target: PaddedPlane;
  readonly channels: number;
  noise(count: number): Float32Array;
}

function setScene(
  kernels: TrainingKernels,
  { width, height, channels, seed }: { width: number; height: number; channels: number; seed: number },
  kernel: number,
  outputs: number,
): Scene {
  const noise = createNoise(seed);
  const radius = Math.max(1, kernel >> 1, 4);
  return {
    kernels,
    noise,
    channels: outputs,
    source: putPlane(kernels, width, height, channels, noise(width * height * channels), radius),
    incoming: putPlane(kernels, width, height, outputs, noise(width * height * outputs), radius),
    target: putPlane(kernels, width, height, outputs, undefined, radius),
  };
}

/** Some of the variables, each moved by `step` up and down. */
function expectSlopes(
  scene: Scene,
  variables: Block | PaddedPlane,
  gradient: ArrayLike<number>,
  step: number,
  forward: () => void,
  counted?: ArrayLike<number>,
): void {
  const { kernels, incoming, target, channels } = scene;
  const sum = kernels.allocate(1);
  const floats = ("block" in variables ? variables.block : variables).floats();
  for (const i of picked(gradient.length)) {
    if (counted && counted[i] === 0) continue;
    const at = "block" in variables ? placeOf(variables, i) : i;
    const before = floats[at]!;
    const seen = slope((by) => {
      floats[at] = before + by;
      forward();
      sum.floats()[0] = 0;
      kernels.run.sumProducts(target.address, incoming.address, channels, sum.address, 1);
      return sum.floats()[0]!;
    }, step);
    floats[at] = before;
    expectClose([seen], [gradient[i]!], step === 1 ? 2e-4 : 5e-3);
  }
}

function slope(value: (by: number) => number, step: number): number {
  return (value(step) - value(-step)) / (2 * step);
}

/** Seven indices at most, spread over all. */
function picked(count: number): number[] {
  return [...new Set([0, 1, 2, 3, 4, 5, 6].map((part) => Math.floor((part * (count - 1)) / 6)))];
}

/** Where a picture's number lies among its plane's floats. */
function placeOf(plane: PaddedPlane, index: number): number {
  const row = plane.width * plane.channels;
  return plane.start + Math.floor(index / row) * plane.stride + (index % row);
}

/** `[taps][inputs][outputs]` turned by half a circle, its channels exchanged: `[taps][outputs][inputs]`. */
function turnKernel(weights: Float32Array, taps: number, inputs: number, outputs: number): Float32Array {
  return Float32Array.from(weights, (_, at) => {
    const [input, output] = [at % inputs, Math.floor(at / inputs) % outputs];
    const tap = taps - 1 - Math.floor(at / (inputs * outputs));
    return weights[(tap * inputs + input) * outputs + output]!;
  });
}
