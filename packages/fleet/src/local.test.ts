import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TatamiError } from "@tatami/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEngine } from "./engine/engine.ts";
import type { WorkEngine } from "./engine/engine.ts";
import type { FileTask } from "./engine/open-job.ts";
import { runLocally } from "./local.ts";
import type { LocalProgress } from "./local.ts";
import { createFakeEngine } from "./testing/fake-engine.ts";
import { framesMd5, makeClip, writeNearest } from "./testing/clips.ts";

const root = await mkdtemp(join(tmpdir(), "tatami-local-"));
const clip = join(root, "clip.mp4");
beforeAll(async () => {
  await makeClip(clip, 40);
  await writeNearest(join(root, "nearest.onnx"));
});
afterAll(() => rm(root, { recursive: true }));

const { signal } = new AbortController();

function taskFor(name: string): FileTask {
  const options = { model: "nearest.onnx", backends: ["cpu"], segmentSeconds: 0.3 } as const;
  return { input: clip, output: join(root, name), root, options };
}

test("several make what one makes, and tell how far they are", async () => {
  const told: LocalProgress[] = [];
  const onProgress = (progress: LocalProgress): void => void told.push(progress);
  const [one, several] = [taskFor("one.mp4"), taskFor("several.mp4")];
  await runLocally(one, [createEngine({})], { signal });
  const engines = [createEngine({}), createEngine({}), createEngine({})];
  expect(await runLocally(several, engines, { signal, onProgress })).toMatchObject({ frames: 40 });
  expect(await framesMd5(several.output)).toEqual(await framesMd5(one.output));
  expect(told[0]).toMatchObject({ segments: { total: 4, done: 0 }, framesDone: 0, framesTotal: 40 });
  expect(told.at(-1)).toMatchObject({ segments: { done: 4 }, framesDone: 40, secondsLeft: 0 });
  expect((await readdir(root)).sort()).toEqual(["clip.mp4", "nearest.onnx", "one.mp4", "several.mp4"]);
});

test("an abort leaves nothing; an error stops all and leaves what was made", async () => {
  const task = taskFor("stopped.mp4");
  const stop = new AbortController();
  const reason = new Error("Enough.");
  const onProgress = ({ segments: { done } }: LocalProgress): void => void (done > 1 && stop.abort(reason));
  const engines = [createEngine({}), createEngine({})];
  await expect(runLocally(task, engines, { signal: stop.signal, onProgress })).rejects.toBe(reason);
  expect(await readdir(root)).not.toContain("stopped.mp4.tatami");

  const later = new AbortController();
  await expect(
    runLocally(task, [createEngine({})], {
      signal: later.signal,
      keepOnAbort: true,
      onProgress: ({ segments: { done } }) => void (done > 1 && later.abort(reason)),
    }),
  ).rejects.toBe(reason);
  expect(await readdir(`${task.output}.tatami`)).toContain("00000.part");

  const failing: WorkEngine = {
    ...createEngine({}),
    segment: () => Promise.reject(new TatamiError({ code: "device-lost", message: "Gone.", fix: "Wait." })),
  };
  const half = [createEngine({}), failing];
  await expect(runLocally(task, half, { signal })).rejects.toMatchObject({ code: "device-lost" });
  expect(await readdir(root)).not.toContain("stopped.mp4");
  expect(await runLocally(task, [createEngine({})], { signal })).toMatchObject({ frames: 40 });
});

test("a process that is lost is replaced, but not for ever", async () => {
  const lost = new TatamiError({ code: "worker-lost", message: "Killed.", fix: "Look." });
  const calls: number[] = [];
  const flaky = (times: number): WorkEngine =>
    createFakeEngine({
      segments: 3,
      segment: async (_, index) => {
        calls.push(index);
        if (calls.filter((each) => each === index).length <= times) throw lost;
      },
    });
  expect(await runLocally(taskFor("a.mp4"), [flaky(2)], { signal })).toMatchObject({ frames: 30 });
  expect(calls.sort()).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
  calls.length = 0;
  await expect(runLocally(taskFor("a.mp4"), [flaky(3)], { signal })).rejects.toBe(lost);
  expect(calls).toEqual([0, 0, 0]);
});
