/** Jobs in segments whose process is ended by the system. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createRandom } from "@tatami/core";
import { afterAll, expect, test } from "vitest";
import { framesMd5, makeMovingBlock } from "../testing/moving-block.ts";

const clips = await mkdtemp(join(tmpdir(), "tatami-kill-"));
const clip = join(clips, "clip.mp4");
await makeMovingBlock(clip);
afterAll(() => rm(clips, { recursive: true }));
/** Of the moments of the kills; `TATAMI_SEED` gives those of a run that failed. */
const seed = Number(process.env["TATAMI_SEED"] ?? Date.now() % 1e6);
const segmentSeconds = 0.3;

test(
  `a process that is killed has its frames made once, but for the segment it was at (seed ${seed})`,
  { timeout: 60_000 },
  async () => {
    const folder = await mkdtemp(join(clips, "run-"));
    const [straight, broken] = [join(folder, "straight.mkv"), join(folder, "broken.mkv")];
    expect((await start(straight)).ended).toBe(true);
    const begun: number[] = [];
    const random = createRandom(seed);
    let kills = 0;
    for (;;) {
      // the last one may come to its end
      const life = await start(broken, kills < 5 ? 1 + random.integer(18 * (kills + 1)) : Infinity);
      begun.push(...life.begun);
      if (life.ended) break;
      kills++;
    }
    expect(kills).toBeGreaterThan(0);
    // every segment was made, and each kill cost the one that was under way at most
    expect(new Set(begun).size).toBe(9);
    expect(begun.length).toBeLessThanOrEqual(9 + kills);
    expect(await framesMd5(broken)).toEqual(await framesMd5(straight));
    expect(await readdir(folder)).toEqual(["broken.mkv", "straight.mkv"]);
  },
);

/** Upscales the clip in a process of its own, which is killed when it has told of so many frames and other steps. */
async function start(output: string, killAfter = Infinity) {
  const program = `
    import { writeSync } from "node:fs";
    import { nodeDriver } from "@tatami/codecs/node";
    import { upscale } from "@tatami/upscale";
    import { conv2d, depthToSpace, haloOf, input, tensor } from "@tatami/graph";
    const out = depthToSpace(conv2d(input(), tensor([4, 1, 1, 1], new Float32Array(4).fill(1))), 2);
    const model = { name: "nearest-x2", scale: 2, halo: haloOf(out), output: out };
    const driver = nodeDriver();
    const tell = (step) => writeSync(1, step + "\\n");
    const telling = (writer) => {
      const { write } = writer;
      return Object.assign(writer, { write: (frame) => (tell("frame"), write(frame)) });
    };
    const openSegments = async (init) => {
      const output = await driver.openSegments(init);
      const { write, join } = output;
      return Object.assign(output, {
        write: async (segment) => {
          tell(segment.index);
          return telling(await write(segment));
        },
        join: () => (tell("joins"), join()),
      });
    };
    await upscale(${JSON.stringify(clip)}, {
      model, backends: ["cpu"], codecs: [{ ...driver, openSegments }], output: ${JSON.stringify(output)},
      resume: { segmentSeconds: ${segmentSeconds} },
    });
    tell("ends");
    process.exit(0);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  const steps: string[] = [];
  for await (const step of createInterface({ input: child.stdout })) {
    steps.push(step);
    if (steps.length === killAfter) child.kill("SIGKILL");
  }
  const [code, signal] = (await exit) as [number | null, string | null];
  expect([code, signal]).toEqual(code === null ? [null, "SIGKILL"] : [0, null]);
  return { begun: steps.filter((step) => /^\d+$/.test(step)).map(Number), ended: steps.includes("ends") };
}
