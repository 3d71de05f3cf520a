import fc from "fast-check";
import { describe, it } from "vitest";
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

describe.each(builds)("PReLU (%s)", (build) => {
  it("with what is added, apart or in place", async () => {
    const create = await loadInstances(build);
    check(fc.tuple(shapes, fc.boolean(), fc.boolean()), ([shape, inPlace, adds]) => {
      const { width, height, channels, seed } = shape;
      const kernels = create();
      const noise = createNoise(seed);
      const [x, more, slopes] = [
        noise(width * height * channels),
        noise(width * height * channels),
        noise(channels),
      ];
      const source = putPlane(kernels, width, height, channels, x);
      const added = putPlane(kernels, width, height, channels, more);
      const target = inPlace ? source : putPlane(kernels, width, height, channels);
      kernels.run.preluPlane(
        source.address,
        put(kernels, slopes).address,
        adds ? added.address : 0,
        target.address,
      );
      expectClose(
        takePlane(kernels, target),
        x.map((z, i) => (z > 0 ? z : slopes[i % channels]! * z) + (adds ? more[i]! : 0)),
      );
    });
  });

  it("takes the gradients of its input and its slopes, together or each alone", async () => {
    const create = await loadInstances(build);
    check(fc.tuple(shapes, fc.boolean()), ([{ width, height, channels, seed }, inPlace]) => {
      const kernels = create();
      const noise = createNoise(seed);
      const [x, g, slopes, before] = [
        noise(width * height * channels),
        noise(width * height * channels),
        noise(channels),
        noise(channels),
      ];
      const source = putPlane(kernels, width, height, channels, x);
      const [gradient, fused] = [0, 1].map(() => putPlane(kernels, width, height, channels, g));
      const target = inPlace ? gradient! : putPlane(kernels, width, height, channels);
      const slopesAt = put(kernels, slopes).address;
      const sums = [0, 1].map(() => put(kernels, Float32Array.of(...before, 7, 7, 7, 7)));
      const { run } = kernels;
      run.preluSlopeGradient(gradient!.address, source.address, sums[0]!.address);
      run.preluInputGradient(gradient!.address, source.address, slopesAt, target.address);
      run.preluGradientPlane(fused!.address, source.address, slopesAt, sums[1]!.address);
      const expected = g.map((value, i) => (x[i]! > 0 ? value : slopes[i % channels]! * value));
      for (const plane of [target, fused!]) expectClose(takePlane(kernels, plane), expected);
      const slopeGradient = Array.from(before);
      g.forEach((value, i) => (slopeGradient[i % channels]! += value * Math.min(x[i]!, 0)));
      for (const sum of sums) expectClose(sum.floats(), [...slopeGradient, 7, 7, 7, 7]);
    });
  });
});
