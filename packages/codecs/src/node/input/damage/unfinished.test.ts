import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { frameLedger, TatamiError } from "@tatami/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeMuxedClip, mutedLuma } from "../../../testing/make-muxed-clip.ts";
import { nodeDriver } from "../../index.ts";

const driver = nodeDriver();
let folder = "";
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "tatami-unfinished-"))));
afterAll(() => rm(folder, { recursive: true }));

/** An MP4 as it is when the power goes: everything up to its index. */
async function cutBeforeIndex(video: string, encoder: Record<string, string>): Promise<Uint8Array> {
  const path = join(folder, `${video}.mp4`);
  await makeMuxedClip(path, { format: "mp4", video, audio: "aac", encoder });
  const whole = await readFile(path);
  return new Uint8Array(whole.subarray(0, whole.indexOf("moov") - 4));
}

const errorOf = async (work: Promise<unknown>): Promise<TatamiError> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!TatamiError.is(error)) throw new Error(`not a TatamiError: ${String(error)}`);
  return error;
};

test("a recording without its index is told as one, and no way out is named that is none", async () => {
  // x264 writes its parameters into the index only
  const bytes = await cutBeforeIndex("libx264", {});
  for (const options of [{}, { recover: true }]) {
    const error = await errorOf(driver.open(bytes, options));
    expect(error.code).toBe("damaged-input");
    expect(error.message).toContain("no index (moov)");
    expect(error.fix).not.toContain("--recover");
  }
});

test.each([
  ["libx264", { "x264-params": "repeat-headers=1" }],
  ["libx265", { "x265-params": "repeat-headers=1:log-level=none" }],
] as const)("the pictures of %s are saved where their parameters lie among them", async (video, encoder) => {
  const bytes = await cutBeforeIndex(video, encoder);
  expect((await errorOf(driver.open(bytes))).fix).toContain("--recover");
  const path = join(folder, "unfinished.mp4");
  await writeFile(path, bytes);
  for (const input of [bytes, path]) {
    await using reader = await driver.open(input, { recover: true });
    const seen: number[] = [];
    for await (const frame of reader.frames({ onDamaged: () => undefined })) {
      const { luma } = await frame.planes();
      seen.push(luma.data[100] ?? -1);
      frame.close();
    }
    expect(seen).toHaveLength(25);
    for (const [index, value] of seen.entries())
      expect(Math.abs(value - mutedLuma(index))).toBeLessThanOrEqual(2);
    const { changed } = await driver.planWrite({ reader, size: reader.description.video });
    expect(changed).toContainEqual({ kind: "times", message: expect.stringContaining("index is missing") });
  }
  expect(frameLedger.open).toBe(0);
});

test("what merely begins like an MP4 is no unfinished recording", async () => {
  const text = new TextEncoder().encode("no film at all, but rather a text".repeat(10));
  expect((await errorOf(driver.open(text))).code).toBe("unsupported-container");
});
