/** The same frames enlarged here and in a worker: what a bundled program shows that it works by. */

import { createUpscaler } from "@tatami/upscale";
import { connectUpscaler } from "@tatami/worker";
import { lumasOf, numberedFrames } from "./frames.js";

/**
 * @param {import("@tatami/graph").Model} model
 * @param {() => Worker | import("node:worker_threads").Worker} worker
 */
export async function compareDoors(model, worker) {
  const options = { model, backends: /** @type {const} */ (["wasm"]), threads: 2 };
  const direct = await createUpscaler(options);
  const expected = await lumasOf(direct.frames(numberedFrames(3)));
  await direct[Symbol.asyncDispose]();
  const upscaler = await connectUpscaler({ ...options, worker });
  const seen = await lumasOf(upscaler.frames(numberedFrames(3)));
  const engine = upscaler.description;
  await upscaler[Symbol.asyncDispose]();
  const refused = await connectUpscaler({ ...options, worker, patchSize: 3 }).catch((error) => error);
  return { expected, seen, engine, refused: { code: refused.code, fix: refused.fix } };
}
