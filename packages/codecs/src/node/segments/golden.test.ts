/** Files that break players, in segments: frames, times, damage and what lies beside the picture are those of one run. */

import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type {
  Changed,
  Damage,
  Encoding,
  Frame,
  MediaReader,
  ReadOptions,
  Segment,
  WriterInit,
} from "@tatami/core";
import { frameLedger, TatamiError } from "@tatami/core";
import { afterAll, beforeEach, expect, test } from "vitest";
import { readPackets } from "../../testing/read-packets.ts";
import { nodeDriver } from "../index.ts";

const driver = nodeDriver();
const golden = fileURLToPath(new URL("../../../../../test/golden/", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "tatami-golden-"));
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => frameLedger.reset());

const cuts: number[] = [];

/** Frames of one size by the thousand, and those that are not cut, cost time and tell nothing more. */
const left = /silent-black|shaka__small|av1_video/;
const files = ["awkward", "cases"].flatMap((set) =>
  readdirSync(join(golden, set))
    .filter((name) => !name.endsWith(".md") && !left.test(name))
    .map((name) => join(set, name)),
);

/** Notes what is met while reading. */
function createLog() {
  const damaged: Damage[] = [];
  const changed = new Map<string, Changed>();
  const onDamaged = (damage: Damage): void => void damaged.push(damage);
  const onChanged = (change: Changed): void => void changed.set(change.message, change);
  return { damaged, changed, read: { onDamaged, onChanged } };
}

async function writeFrames(
  reader: MediaReader,
  read: ReadOptions,
  write: (frame: Frame) => Promise<void>,
): Promise<string[]> {
  const seen: string[] = [];
  for await (const frame of reader.frames(read)) {
    const { luma, chroma, alpha } = await frame.planes();
    const hash = createHash("sha256");
    for (const { data } of [luma, ...chroma, ...(alpha ? [alpha] : [])]) hash.update(data);
    seen.push(`${frame.timestamp} ${frame.duration} ${hash.digest("hex").slice(0, 12)}`);
    await write(frame);
  }
  return seen;
}

const sortedBySeconds = (damages: readonly Damage[]): Damage[] =>
  damages.toSorted((a, b) => a.seconds - b.seconds);

/** Everything but the picture's own packets, which an encoder that begins anew makes otherwise. */
async function carried(path: string, encoding: Encoding) {
  const blob = new Blob([new Uint8Array(await readFile(path))]);
  const { leftOut, changed, copied, transcoded } = encoding;
  const sound = (await readPackets(blob, "audio")).map(({ timestamp, data }) => ({ timestamp, data }));
  const times = (await readPackets(blob, "video"))
    .map(({ timestamp }) => timestamp)
    .toSorted((a, b) => a - b);
  return { sound, times, leftOut, changed, copied, transcoded };
}

async function whole(reader: MediaReader, output: string) {
  const log = createLog();
  const init: WriterInit = { reader, output, size: reader.description.video, read: log.read };
  await using writer = await driver.write(init);
  const frames = await writeFrames(reader, log.read, (frame) => writer.write(frame));
  const written = await writer.finish();
  return {
    frames,
    count: written.frames,
    damaged: sortedBySeconds(log.damaged),
    met: [...log.changed.keys()],
    ...(await carried(output, writer.encoding)),
  };
}

async function inSegments(reader: MediaReader, output: string) {
  const log = createLog();
  const init = { reader, output, size: reader.description.video, read: log.read, depends: {}, shortest: 0 };
  await using segmented = await driver.openSegments!(init);
  const frames: string[] = [];
  for (const segment of segmented.segments) {
    await using writer = await segmented.write(segment);
    const { index: _, ...cut }: Segment = segment;
    frames.push(...(await writeFrames(reader, { ...cut, ...log.read }, (frame) => writer.write(frame))));
    await writer.finish({ damaged: [], changed: [] });
  }
  cuts.push(segmented.segments.length);
  const written = await segmented.join();
  const result = {
    frames,
    count: written.frames,
    damaged: sortedBySeconds(log.damaged),
    met: [...log.changed.keys()],
    ...(await carried(output, segmented.encoding)),
  };
  return result;
}

test.each(files)("%s", async (name) => {
  const path = join(golden, name);
  const opened = await driver.open(path, { recover: true }).catch((error: unknown) => error);
  if (opened instanceof Error) return expect(TatamiError.is(opened)).toBe(true);
  await using reader = opened as MediaReader;
  const suffix = /\.(mkv|webm)$/.test(name) ? "mkv" : "mp4";
  const parts = join(folder, `parts.${suffix}`);
  const tried = await whole(reader, join(folder, `whole.${suffix}`)).catch((error: unknown) => error);
  if (tried instanceof Error)
    return expect(inSegments(reader, parts)).rejects.toMatchObject({ message: tried.message });
  expect(await inSegments(reader, parts)).toEqual(tried);
  expect(frameLedger.open).toBe(0);
});

test("some of them are cut", () => {
  expect(cuts.filter((count) => count > 1).length).toBeGreaterThan(12);
});
