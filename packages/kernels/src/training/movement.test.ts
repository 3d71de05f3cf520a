import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TrainingKernels } from "./instance.ts";
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

const padded = (channels: number): number => (channels === 1 ? 1 : Math.ceil(channels / 4) * 4);
/** Six sizes, four or more of them one as a rule, and which axis of the target each is. */
const strided = fc.record({
  sizes: fc.array(fc.constantFrom<number>(1, 1, 2, 3, 4, 5, 9), { minLength: 6, maxLength: 6 }),
  order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6, maxLength: 6 }),
  backwards: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  repeated: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

describe.each(builds)("movement (%s)", (build) => {
  it("copies and adds along any strides", async () => {
    const create = await loadInstances(build);
    check(
      strided,
      ({ sizes, order, backwards, repeated, seed }) => {
        const kernels = create();
        const noise = createNoise(seed);
        const count = sizes.reduce((product, size) => product * size);
        const values = noise(count);
        const sourceStrides = contiguous(sizes, [0, 1, 2, 3, 4, 5]);
        const targetStrides = contiguous(sizes, order);
        // walked from the far end, or standing still
        let start = 0;
        sizes.forEach((size, d) => {
          if (repeated[d]) sourceStrides[d] = 0;
          else if (backwards[d]) {
            start += (size - 1) * sourceStrides[d]!;
            sourceStrides[d]! *= -1;
          }
        });
        const source = put(kernels, values);
        const target = put(kernels, new Float32Array(count + 4).fill(7));
        const table = kernels.describe([
          source.address + start * 4,
          target.address,
          ...sizes,
          ...[...sourceStrides, ...targetStrides].map((stride) => stride * 4),
        ]);
        const expected = new Float32Array(count + 4).fill(7);
        walk(sizes, (at) => (expected[dot(at, targetStrides)] = values[start + dot(at, sourceStrides)]!));
        kernels.run.copyStrided(table);
        expectClose(target.floats(), expected, 0);
        kernels.run.addStrided(table);
        expectClose(target.floats(), [...expected.subarray(0, count).map((x) => 2 * x), 7, 7, 7, 7], 0);
      },
      150,
    );
  });

  it("sums along target strides of 0, and does nothing where there is nothing", async () => {
    const kernels = (await loadInstances(build))();
    const [source, target] = [
      put(kernels, Float32Array.of(1, 2, 3, 4, 5, 6)),
      put(kernels, new Float32Array(4)),
    ];
    const table = (sizes: number[], from: number[], to: number[]): number =>
      kernels.describe([source.address, target.address, ...sizes, ...from, ...to]);
    kernels.run.addStrided(table([1, 1, 1, 1, 2, 3], [0, 0, 0, 0, 12, 4], [0, 0, 0, 0, 4, 0]));
    expect(Array.from(target.floats())).toEqual([6, 15, 0, 0]);
    kernels.run.copyStrided(table([1, 1, 1, 0, 2, 3], [0, 0, 0, 0, 12, 4], [0, 0, 0, 0, 4, 0]));
    expect(Array.from(target.floats())).toEqual([6, 15, 0, 0]);
  });

  it("copies channels, and leaves the others", async () => {
    const create = await loadInstances(build);
    const other = fc.constantFrom(1, 4, 8, 16, 20);
    check(fc.tuple(shapes, other, fc.nat(), fc.nat(), fc.nat()), ([shape, outputs, ...draws]) => {
      const { width, height, channels, seed } = shape;
      const kernels = create();
      const noise = createNoise(seed);
      const [a, b] = [noise(width * height * channels), noise(width * height * outputs)];
      const count = 1 + (draws[0]! % Math.min(channels, outputs));
      const [from, to] = [draws[1]! % (channels - count + 1), draws[2]! % (outputs - count + 1)];
      const source = putPlane(kernels, width, height, channels, a);
      const target = putPlane(kernels, width, height, outputs, b);
      kernels.run.copyChannels(source.address, from, target.address, to, count);
      const expected = b.map((x, i) => {
        const c = (i % outputs) - to;
        return c >= 0 && c < count ? a[Math.floor(i / outputs) * channels + from + c]! : x;
      });
      expectClose(takePlane(kernels, target), expected, 0);
    });
  });

  it("moves depth to space and back, and clears the padding", async () => {
    const create = await loadInstances(build);
    const block = fc.constantFrom(1, 2, 3, 4);
    check(fc.tuple(shapes, block, fc.integer({ min: 1, max: 9 })), ([{ width, height, seed }, r, c]) => {
      const kernels = create();
      const noise = createNoise(seed);
      const [deep, flat] = [padded(r * r * c), padded(c)];
      const a = noise(width * height * deep);
      const source = putPlane(kernels, width, height, deep, a);
      const [large, back] = [
        putPlane(kernels, width * r, height * r, flat, noise(width * height * r * r * flat)),
        putPlane(kernels, width, height, deep, noise(width * height * deep)),
      ];
      kernels.run.depthToSpacePlane(source.address, large.address, r, c);
      const expected = Float32Array.from({ length: width * height * r * r * flat }, (_, i) => {
        const [x, y, k] = [Math.floor(i / flat) % (width * r), Math.floor(i / flat / width / r), i % flat];
        const from = (Math.floor(y / r) * width + Math.floor(x / r)) * deep;
        return k < c ? a[from + ((y % r) * r + (x % r)) * c + k]! : 0;
      });
      expectClose(takePlane(kernels, large), expected, 0);
      kernels.run.spaceToDepthPlane(large.address, back.address, r, c);
      expectClose(
        takePlane(kernels, back),
        a.map((x, i) => (i % deep < r * r * c ? x : 0)),
        0,
      );
    });
  });

  it("clears channels, and whole planes", async () => {
    const create = await loadInstances(build);
    check(fc.tuple(shapes, fc.nat()), ([{ width, height, channels, seed }, draw]) => {
      const kernels = create();
      const values = createNoise(seed)(width * height * channels);
      const kept = channels === 1 ? 1 : draw % (channels + 1);
      const plane = putPlane(kernels, width, height, channels, values);
      kernels.run.clearChannels(plane.address, kept);
      expectClose(
        takePlane(kernels, plane),
        values.map((x, i) => (i % channels < kept ? x : 0)),
        0,
      );
      expectCleared(kernels, plane);
    });
  });
});

function expectCleared(kernels: TrainingKernels, plane: PaddedPlane): void {
  kernels.run.clearPlane(plane.address);
  expect(takePlane(kernels, plane).every((x) => x === 0)).toBe(true);
}

/** Strides in floats of a tensor whose axes lie in the given order in memory, outermost first. */
function contiguous(sizes: readonly number[], order: readonly number[]): number[] {
  const strides = sizes.map(() => 0);
  let step = 1;
  for (const axis of order.toReversed()) {
    strides[axis] = step;
    step *= sizes[axis]!;
  }
  return strides;
}

function walk(sizes: readonly number[], visit: (at: readonly number[]) => void): void {
  const count = sizes.reduce((product, size) => product * size);
  for (let i = 0; i < count; i++) {
    let rest = i;
    visit(
      sizes
        .toReversed()
        .map((size) => {
          const at = rest % size;
          rest = Math.floor(rest / size);
          return at;
        })
        .toReversed(),
    );
  }
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, i) => sum + x * b[i]!, 0);
}
