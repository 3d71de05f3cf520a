import type { Frame } from "@tatami/core";
import { createFrame, createPlane, createRandom, frameLedger } from "@tatami/core";
import type { Upscaler } from "@tatami/upscale";
import { createUpscaler } from "@tatami/upscale";
import { beforeEach, describe, expect, it } from "vitest";
import { connectUpscalerPool } from "./connect-pool.ts";
import { connectUpscaler } from "./connect-upscaler.ts";
import { doorOptions } from "./testing/frames.ts";
import { startWorker } from "./testing/node-worker.ts";

beforeEach(() => frameLedger.reset());

/** A still picture, each frame with other noise. */
async function* stillFrames(): AsyncGenerator<Frame> {
  const random = createRandom(1);
  for (let index = 0; index < 30; index++) {
    const [luma, grey] = [createPlane({ width: 32, height: 24 }), createPlane({ width: 16, height: 12 })];
    luma.data.forEach((_, i) => (luma.data[i] = 100 + (i % 32) + random.integer(9)));
    yield createFrame({ luma, chroma: [grey, grey] }, { timestamp: index / 25 });
  }
}

async function enlarge(upscaler: Upscaler): Promise<Uint8Array[]> {
  const lumas: Uint8Array[] = [];
  for await (const frame of upscaler.frames(stillFrames())) {
    lumas.push((await frame.planes()).luma.data.slice());
    frame.close();
  }
  return lumas;
}

describe("fusing across the bridge", () => {
  it("is that of a stream here", async () => {
    await using direct = await createUpscaler({ ...doorOptions, fuse: "static" });
    await using plain = await createUpscaler(doorOptions);
    await using remote = await connectUpscaler({ ...doorOptions, fuse: "static", worker: startWorker });
    const fused = await enlarge(direct);
    expect(await enlarge(remote)).toEqual(fused);
    expect(fused).not.toEqual(await enlarge(plain));
    expect(frameLedger.open).toBe(0);
  });

  it("is refused in a pool, whose workers would each see but some of the frames", async () => {
    const pool = connectUpscalerPool({ ...doorOptions, fuse: "auto", size: 2, worker: startWorker });
    await expect(pool).rejects.toMatchObject({
      code: "invalid-option",
      message: expect.stringMatching(/options\.fuse/),
    });
  });
});
