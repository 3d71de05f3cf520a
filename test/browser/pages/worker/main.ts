/** VideoFrames to a worker and back, beside the same pixels enlarged in the page. */

import { TatamiError } from "@tatami/core";
import { seededSesr } from "@tatami/graph";
import { createUpscaler } from "@tatami/upscale";
import { connectUpscaler } from "@tatami/worker";

/** What became of VideoFrames that went to a worker. */
export interface WorkerOutcome {
  readonly size: readonly [number, number];
  readonly timestamps: readonly number[];
  readonly inputsAreClosed: boolean;
  readonly samePixels: boolean;
  /** The code of what a worker of no use is refused with. */
  readonly lost: string;
  /** What a wrong option that only the worker checks is refused with. */
  readonly refused: { readonly code: string; readonly fixed: boolean; readonly option: unknown };
}

const options = { model: seededSesr(), backends: ["wasm"] as const, threads: 1 };
const start = (): Worker => new Worker(new URL("./upscaler.worker.ts", import.meta.url), { type: "module" });

function videoFrame(index: number): VideoFrame {
  const [codedWidth, codedHeight] = [40, 26];
  const data = Uint8Array.from({ length: 40 * 26 * 1.5 }, (_, i) => 40 + ((i * 7 + index * 13) % 160));
  return new VideoFrame(data, { format: "I420", codedWidth, codedHeight, timestamp: index * 40_000 });
}

async function bytesOf(frame: VideoFrame): Promise<Uint8Array> {
  const bytes = new Uint8Array(frame.allocationSize());
  await frame.copyTo(bytes);
  frame.close();
  return bytes;
}

/** Enlarges four VideoFrames at once in a worker; then asks for what must fail. */
async function upscaleInWorker(): Promise<WorkerOutcome> {
  await using direct = await createUpscaler(options);
  await using upscaler = await connectUpscaler({ ...options, worker: start });
  const sources = [0, 1, 2, 3].map(videoFrame);
  const larger = await Promise.all(sources.map((source) => upscaler.frame(source)));
  const size = [larger[0]!.codedWidth, larger[0]!.codedHeight] as const;
  const timestamps = larger.map(({ timestamp }) => timestamp);
  let samePixels = true;
  for (const [index, frame] of larger.entries()) {
    const [seen, expected] = [await bytesOf(frame), await bytesOf(await direct.frame(videoFrame(index)))];
    samePixels &&= seen.length === expected.length && seen.every((value, at) => value === expected[at]);
  }
  const failure = async (given: object): Promise<TatamiError> => {
    const error: unknown = await connectUpscaler({ ...options, worker: start, ...given }).catch((e) => e);
    return error as TatamiError;
  };
  const lost = await failure({ worker: () => new Worker("./nothing-here.js", { type: "module" }) });
  const refused = await failure({ patchSize: 3 });
  return {
    size,
    timestamps,
    inputsAreClosed: sources.every(({ format }) => format === null),
    samePixels,
    lost: lost.code,
    refused: {
      code: refused.code,
      fixed: refused instanceof TatamiError && refused.fix.length > 0,
      option: refused.detail["option"],
    },
  };
}

Object.assign(globalThis, { upscaleInWorker });
