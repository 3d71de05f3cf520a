import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "@tatami/upscale";
import { expect, test } from "vitest";
import { createRecordings, startBatch } from "./batch-process.ts";

const names = ["door.mp4", "gate/night.mp4", "yard.mp4"] as const;

test("killed in the middle, it goes on with what is not done, and no file is ever half a video", async () => {
  await using folder = await createRecordings();
  await folder.add(...names);
  const first = startBatch(folder.path);
  expect((await first.lines.next()).value).toMatch(/^done {5}door\.mp4: 45 frames in [\d.]+ s$/);
  first.send("SIGKILL");
  expect((await first.ended).code).toBeNull();
  expect(Object.keys(await folder.state())).toEqual(["door.mp4"]);
  const before = await folder.written();
  // nothing but what is done has a video's name; what was under way may lie there as what it is
  expect(before.filter((name) => name.endsWith(".mp4"))).toEqual(["door.mp4"]);
  const output = join(folder.path, "upscaled", "door.mp4");
  const { mtimeMs } = await stat(output);

  const { text, code } = await startBatch(folder.path).ended;
  expect(text).toContain("skipped  door.mp4: done before\n");
  expect(text).toMatch(/^done {5}gate\/night\.mp4: 45 frames/m);
  expect(text).toContain("3 done, 0 failed, 0 to do");
  expect(code).toBe(0);
  expect((await stat(output)).mtimeMs).toBe(mtimeMs);
  expect(await folder.written()).toEqual(["batch.json", "door.mp4", "night.mp4", "yard.mp4"]);
  for (const name of names) {
    const { video } = await inspect(join(folder.path, "upscaled", name));
    expect(video).toMatchObject({ width: 480, height: 320, frameCount: 45 });
  }
});

test("Ctrl-C leaves nothing half done, says how to go on, and going on does the rest", async () => {
  await using folder = await createRecordings();
  await folder.add(...names);
  const batch = startBatch(folder.path, "--jobs", "2");
  await batch.lines.next();
  batch.send("SIGINT");
  const { text, code } = await batch.ended;
  expect(code).toBe(130);
  expect(text).toContain("Interrupted. Run the same again to go on.");
  const done = Object.keys(await folder.state()).length;
  expect(done).toBeGreaterThanOrEqual(1);
  expect(text).toContain(`${done} done, 0 failed, ${3 - done} to do`);
  const written = await folder.written();
  expect(written).toHaveLength(done + 1);
  expect(written.filter((name) => name.endsWith(".partial"))).toEqual([]);

  const again = await startBatch(folder.path, "--jobs", "2").ended;
  expect(again.text.match(/^skipped /gm)).toHaveLength(done);
  expect(again.text).toContain("3 done, 0 failed, 0 to do");
  expect(again.code).toBe(0);
});

test("what fails is listed with what to do, stops nothing, and is tried again", async () => {
  await using folder = await createRecordings();
  await folder.add("yard.mp4");
  const notes = join(folder.path, "notes.mp4");
  await writeFile(notes, "These are notes, and no video at all.");
  const first = await startBatch(folder.path).ended;
  expect(first.code).toBe(1);
  expect(first.text).toMatch(/^failed {3}notes\.mp4: /m);
  expect(first.text).toMatch(/^ {2}notes\.mp4\n {4}unsupported-container: .+\n {4}.+\.$/m);
  expect(first.text).toContain("1 done, 1 failed, 0 to do");
  expect(await folder.state()).toMatchObject({
    "notes.mp4": {
      outcome: "failed",
      error: { code: "unsupported-container", fix: expect.stringMatching(/\.$/) },
    },
    "yard.mp4": { outcome: "done", frames: 45 },
  });

  await folder.add("notes.mp4");
  const second = await startBatch(folder.path).ended;
  expect(second.text).toMatch(/^done {5}notes\.mp4: 45 frames/m);
  expect(second.text).toMatch(/^skipped {2}yard\.mp4/m);
  expect(second.code).toBe(0);
});

test("what cannot be begun is refused with what to do, and a state that is none is not written over", async () => {
  await using folder = await createRecordings();
  await folder.add("upscaled/batch.json", "yard.mp4");
  const { text, code } = await startBatch(folder.path).ended;
  expect(code).toBe(1);
  expect(text).toContain("damaged-input");
  expect(text.trimEnd()).toMatch(/\.$/);
  expect(await folder.written()).toEqual(["batch.json"]);
});
