/** What the self-test lets pass. */

import type { PatchJob } from "@tatami/core";
import type { Executable, Model, Tensor } from "@tatami/graph";
import { runReference, tensor } from "@tatami/graph";
import { describe, expect, it } from "vitest";
import { runJobs } from "./run-jobs.ts";
import { selfTest, selfTestTolerance } from "./self-test.ts";
import { seededSesr, seededUnet } from "./testing/models.ts";

const model = seededSesr("m3", 2);
const shape = { batch: 2, width: 20, height: 16 };

/** What is wrong with an executable, and whose it is. */
interface Given {
  readonly leastPsnr?: number | undefined;
  /** The fourth number it gives. */
  readonly fourth?: number;
  readonly of?: Model;
  readonly size?: Executable["shape"];
  /** What it takes its jobs for. */
  readonly weigh?: (jobs: readonly PatchJob[]) => readonly PatchJob[];
}

/** The reference, off by `error` up and down in turn. */
function executableOf(error: number, given: Given = {}): Executable {
  const { leastPsnr, fourth, of = model, size = shape } = given;
  const executable: Executable = {
    shape: size,
    ...(leastPsnr === undefined ? {} : { leastPsnr }),
    async infer(input: Tensor) {
      const right = runReference(of, input);
      const data = right.data.map((value, at) => value + (at % 2 === 0 ? error : -error));
      if (fourth !== undefined) data[3] = fourth;
      return tensor([...right.shape], data);
    },
    run: (jobs, signal) => runJobs(executable, given.weigh?.(jobs) ?? jobs, signal),
    [Symbol.asyncDispose]: async () => {},
  };
  return executable;
}

const wrong = { code: "wrong-answer" };

describe("selfTest", () => {
  it("allows numbers to be off by its tolerance, and says by how much they are where it is more", async () => {
    await selfTest(model, executableOf(0.9 * selfTestTolerance), "some engine");
    const failing = selfTest(model, executableOf(1.1 * selfTestTolerance), "some engine");
    await expect(failing).rejects.toMatchObject({
      ...wrong,
      message: /some engine .*numbers off by 0\.0011/,
    });
  });

  it("judges an executable that rounds in decibels, as many as it promises", async () => {
    const error = 10 ** (-54 / 20);
    await selfTest(model, executableOf(error, { leastPsnr: 53.9 }), "some engine");
    await expect(
      selfTest(model, executableOf(error, { leastPsnr: 54.1 }), "some engine"),
    ).rejects.toMatchObject({
      ...wrong,
      message: /some engine comes to 54\.0 dB .*\(needed: 54\.1 dB\)/,
    });
  });

  it("refuses an executable that does not weigh its answer against the filter as a job asks", async () => {
    for (const strength of [1, 0.45, 0])
      for (const size of [shape, { batch: 1, width: 24, height: 20 }]) {
        const weigh: Given["weigh"] = (jobs) => jobs.map((job) => ({ ...job, strength }));
        const failing = selfTest(model, executableOf(0, { weigh, size }), "some engine");
        await expect(failing).rejects.toMatchObject({
          ...wrong,
          message: /some engine at strength 0\.5 .*numbers off by/,
        });
      }
  });

  it("never passes what is no number", async () => {
    for (const leastPsnr of [undefined, 20])
      await expect(selfTest(model, executableOf(0, { leastPsnr, fourth: NaN }), "x")).rejects.toMatchObject(
        wrong,
      );
  });

  it("compares corners that keep to the model's alignment", async () => {
    const unet = seededUnet({ depth: 2 });
    expect(unet.alignment).toBe(4);
    for (const size of [shape, { batch: 1, width: 64, height: 48 }]) {
      await selfTest(unet, executableOf(0.9 * selfTestTolerance, { of: unet, size }), "x");
      const failing = selfTest(unet, executableOf(1.1 * selfTestTolerance, { of: unet, size }), "x");
      await expect(failing).rejects.toMatchObject(wrong);
    }
  });
});
