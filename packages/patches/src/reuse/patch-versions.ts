/** Planes in the kernels' memory that are used again and again, and what was computed for a patch in them. */

import type { Size } from "@tatami/core";
import { scaleSize } from "@tatami/core";
import type { BytePlane, ReuseKernels } from "@tatami/kernels";

/** A plane in use. It goes back when as many have released it as have taken it. */
export interface PooledPlane extends BytePlane {
  users: number;
}

/** Planes of one size: as many as were ever in use at once. */
export interface PlanePool {
  /** A plane with one user. */
  take(): PooledPlane;
  release(plane: PooledPlane): void;
}

/** None yet. */
export function createPlanePool(kernels: ReuseKernels, { width, height }: Size): PlanePool {
  const stride = width * kernels.sampleBytes;
  const free: PooledPlane[] = [];
  return {
    take() {
      const plane = free.pop() ?? { address: kernels.take(stride * height), stride, users: 0 };
      plane.users = 1;
      return plane;
    },
    release(plane) {
      plane.users--;
      if (plane.users === 0) free.push(plane);
    },
  };
}

/** The pixel of a plane where a part of it begins. */
export function partAt(
  { address, stride }: BytePlane,
  { sampleBytes }: ReuseKernels,
  x: number,
  y: number,
): BytePlane {
  return { address: address + y * stride + x * sampleBytes, stride };
}

/** A patch's input and output as they were when it was computed, and how often they were used since. */
export interface Version {
  readonly input: PooledPlane;
  readonly output: PooledPlane;
  age: number;
}

/** Versions of patches of one size. */
export interface VersionPool {
  /** A version with one user. @param input is copied into it; its output is yet to be written */
  take(input: BytePlane): Version;
  /** The same version, with one user more. */
  share(version: Version): Version;
  release(version: Version): void;
}

/** None yet. @param window size of their inputs */
export function createVersionPool(kernels: ReuseKernels, window: Size, scale: number): VersionPool {
  const inputs = createPlanePool(kernels, window);
  const outputs = createPlanePool(kernels, scaleSize(window, scale));
  return {
    take(input) {
      const version = { input: inputs.take(), output: outputs.take(), age: 0 };
      kernels.copy(input, version.input, window);
      return version;
    },
    share(version) {
      version.input.users++;
      version.output.users++;
      return version;
    },
    release({ input, output }) {
      inputs.release(input);
      outputs.release(output);
    },
  };
}
