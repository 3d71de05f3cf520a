import fc from "fast-check";
import { describe, it } from "vitest";
import { binaryCodes, operandCodes } from "./codes.ts";
import {
  builds,
  check,
  createNoise,
  expectClose,
  loadInstances,
  put,
  putFlat,
  putPlane,
  shapes,
  takePlane,
} from "./training-kernels.fixture.ts";
import type { TrainingKernels } from "./instance.ts";

const exact: Record<keyof typeof binaryCodes, (x: number, y: number) => number> = {
  add: (x, y) => x + y,
  subtract: (x, y) => x - y,
  multiply: (x, y) => x * y,
  divide: (x, y) => x / y,
  subtractFrom: (x, y) => y - x,
  divideInto: (x, y) => y / x,
  siluGradient: (x, y) => {
    const s = 1 / (1 + Math.exp(-y));
    return x * (s + y * s * (1 - s));
  },
};
const ops = Object.keys(binaryCodes) as (keyof typeof binaryCodes)[];
const operands = Object.keys(operandCodes) as (keyof typeof operandCodes)[];
const places = fc.constantFrom("apart", "first", "second");
/** Away from zero, as they are divided by. */
const clear = (values: Float32Array): Float32Array => values.map((x) => x + (x < 0 ? -0.5 : 0.5));

describe.each(builds)("binary (%s)", (build) => {
  it.each(ops)("%s with a plane", async (op) => {
    const create = await loadInstances(build);
    check(
      fc.tuple(shapes, places),
      ([{ width, height, channels, seed }, place]) => {
        const kernels = create();
        const noise = createNoise(seed);
        const [a, b] = [0, 1].map(() => clear(noise(width * height * channels))) as [
          Float32Array,
          Float32Array,
        ];
        const [first, second, apart] = [a, b, undefined].map((values) =>
          putPlane(kernels, width, height, channels, values),
        );
        const target = { apart, first, second }[place]!;
        kernels.run.binary(
          binaryCodes[op],
          operandCodes.plane,
          first!.address,
          second!.address,
          target.address,
        );
        expectClose(
          takePlane(kernels, target),
          a.map((x, i) => exact[op](x, b[i]!)),
        );
      },
      20,
    );
  });

  it.each(operands)("every operation with what is repeated: %s", async (operand) => {
    const create = await loadInstances(build);
    check(
      fc.tuple(shapes, fc.constantFrom(...ops), fc.boolean()),
      ([{ width, height, channels, seed }, op, inPlace]) => {
        const kernels = create();
        const noise = createNoise(seed);
        const a = clear(noise(width * height * channels));
        const count = { plane: a.length, pixel: width * height, channel: channels, number: 1 }[operand];
        const b = clear(noise(count));
        const index = {
          plane: (i: number) => i,
          pixel: (i: number) => Math.floor(i / channels),
          channel: (i: number) => i % channels,
          number: () => 0,
        }[operand];
        const first = putPlane(kernels, width, height, channels, a);
        const second = {
          plane: () => putPlane(kernels, width, height, channels, b),
          pixel: () => putPlane(kernels, width, height, 1, b),
          channel: () => put(kernels, b),
          number: () => put(kernels, b),
        }[operand]();
        const target = inPlace ? first : putPlane(kernels, width, height, channels);
        kernels.run.binary(
          binaryCodes[op],
          operandCodes[operand],
          first.address,
          second.address,
          target.address,
        );
        expectClose(
          takePlane(kernels, target),
          a.map((x, i) => exact[op](x, b[index(i)]!)),
        );
      },
    );
  });

  it.each([1, 2, 3, 4, 5, 1003])("flat tensors of %i floats, and nothing beyond", async (count) => {
    const kernels = (await loadInstances(build))();
    const noise = createNoise(count);
    const [a, b] = [noise(count), noise(count)];
    const { first, second, target } = {
      first: putFlat(kernels, a),
      second: putFlat(kernels, b),
      target: room(kernels, count),
    };
    kernels.run.binary(binaryCodes.add, operandCodes.plane, first.address, second.address, target.address);
    expectClose(target.block.floats(), [...a.map((x, i) => x + b[i]!), 7, 7, 7, 7]);
    kernels.run.multiplyAdd(first.address, second.address, target.address, 2);
    expectClose(target.block.floats(), [...a.map((x, i) => x + b[i]! + 2 * x * b[i]!), 7, 7, 7, 7]);
  });

  it("adds products, and planes by a factor", async () => {
    const create = await loadInstances(build);
    check(shapes, ({ width, height, channels, seed }) => {
      const kernels = create();
      const noise = createNoise(seed);
      const values = [0, 1, 2].map(() => noise(width * height * channels));
      const [a, b, c] = values as [Float32Array, Float32Array, Float32Array];
      const [first, second, target] = values.map((some) => putPlane(kernels, width, height, channels, some));
      kernels.run.multiplyAdd(first!.address, second!.address, target!.address, 0.75);
      const products = c.map((x, i) => x + 0.75 * a[i]! * b[i]!);
      expectClose(takePlane(kernels, target!), products);
      kernels.run.accumulate(second!.address, target!.address, -2);
      expectClose(
        takePlane(kernels, target!),
        products.map((x, i) => x - 2 * b[i]!),
      );
    });
  });
});

/** A flat tensor of `count` floats, four sevens behind it. */
function room(kernels: TrainingKernels, count: number): ReturnType<typeof putFlat> {
  const block = put(kernels, new Float32Array(count + 4).fill(7));
  return { address: kernels.describe([block.address, count * 4, 4, count, 1]), block };
}
