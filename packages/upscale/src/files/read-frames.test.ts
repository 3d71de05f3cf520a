import type { CodecDriver, Damage, ErrorCode, Frame } from "@tatami/core";
import { frameLedger, TatamiError } from "@tatami/core";
import { beforeEach, expect, test } from "vitest";
import { openMedia } from "./open-media.ts";
import { readFrames } from "./read-frames.ts";
import type { SyntheticOptions } from "../testing/synthetic-driver.ts";
import { createSyntheticDriver, syntheticTimestamp } from "../testing/synthetic-driver.ts";

beforeEach(() => frameLedger.reset());

const broken = new TatamiError({ code: "damaged-input", message: "It breaks off.", fix: "Copy it again." });

/** A driver whose `at`th frame cannot be decoded. */
function breakingAt(at: number, more: Partial<SyntheticOptions> = {}): CodecDriver {
  const onRead = (index: number): void => {
    if (index === at) throw broken;
  };
  return createSyntheticDriver({ width: 32, height: 16, frames: 10, onRead, ...more });
}

const whole = (more: Partial<SyntheticOptions> = {}): CodecDriver => breakingAt(Infinity, more);

/** A driver that cannot open, for a reason. */
function refusing(code: ErrorCode): CodecDriver {
  const open = async () => Promise.reject(new TatamiError({ code, message: "No.", fix: "None." }));
  return { ...whole(), open };
}

async function read(drivers: readonly CodecDriver[], strict = false) {
  const damaged: Damage[] = [];
  const media = await openMedia("synthetic", drivers, {});
  const times: number[] = [];
  const onDamaged = (damage: Damage): void => void damaged.push(damage);
  const frames = readFrames({ input: "synthetic", media, open: {}, read: strict ? {} : { onDamaged } });
  const take = (frame: Frame): void => {
    times.push(frame.timestamp);
    frame.close();
  };
  const error: unknown = await (async () => {
    for await (const frame of frames) take(frame);
  })().catch((thrown: unknown) => thrown);
  await media.reader[Symbol.asyncDispose]();
  expect(frameLedger.open).toBe(0);
  return { times, damaged, error, driver: media.driver };
}

const all = Array.from({ length: 10 }, (_, index) => syntheticTimestamp(index));

test("the next driver reads on where the first one breaks off, and nothing is lost or doubled", async () => {
  expect(await read([breakingAt(4), whole()])).toMatchObject({ times: all, damaged: [], error: undefined });
  expect((await read([breakingAt(0), whole()])).times).toEqual(all);
});

test("what neither driver has is told, and where", async () => {
  const gap = createSyntheticDriver({ width: 32, height: 16, frames: 10, missing: [4, 5] });
  const { times, damaged, error } = await read([breakingAt(4), gap]);
  expect(error).toBeUndefined();
  expect(times).toEqual(all.filter((_, index) => index !== 4 && index !== 5));
  expect(damaged).toEqual([{ seconds: all[3]! + 1 / 30, frames: 2, message: "It breaks off." }]);
});

test("a file cut short ends where it ends, and that is told", async () => {
  const { times, damaged, error } = await read([breakingAt(6), whole({ frames: 6 })]);
  expect(error).toBeUndefined();
  expect(times).toEqual(all.slice(0, 6));
  expect(damaged).toEqual([{ seconds: all[5]! + 1 / 30, frames: null, message: "It breaks off." }]);
});

test.each([
  ["strict", [breakingAt(4), whole()], true],
  ["no driver is left", [breakingAt(4)], false],
  ["the other driver sees another picture", [breakingAt(4), whole({ width: 64 })], false],
  ["the other driver cannot open it", [breakingAt(4), refusing("unsupported-container")], false],
  ["nothing can be decoded at all", [breakingAt(0), whole({ frames: 0 })], false],
] as const)("it stays an error when %s", async (_name, drivers, strict) => {
  expect((await read(drivers, strict)).error).toBe(broken);
});

test("the second driver is asked when the first refuses, and not where it could change nothing", async () => {
  const second = whole();
  expect((await read([refusing("unsupported-container"), second])).driver).toBe(second);
  for (const code of ["encrypted-input", "input-not-found"] as const)
    await expect(openMedia("synthetic", [refusing(code), second], {})).rejects.toMatchObject({ code });
});

test("when nobody can open it, the error is that of the driver that came furthest", async () => {
  const opened = (...codes: Parameters<typeof refusing>[0][]): Promise<unknown> =>
    openMedia("synthetic", codes.map(refusing), {}).catch((error: unknown) => error);
  expect(await opened("unsupported-container", "damaged-input")).toMatchObject({ code: "damaged-input" });
  expect(await opened("damaged-input", "unsupported-container")).toMatchObject({ code: "damaged-input" });
  expect(await opened("unsupported-container", "unsupported-codec")).toMatchObject({
    code: "unsupported-codec",
  });
});

const cut = new TatamiError({
  code: "damaged-input",
  message: "The file breaks off.",
  fix: "Copy it again.",
  detail: { breaksOff: true },
});

/** A driver to whom the file ends after `frames`, too early. */
function cutAfter(frames: number, more: Partial<SyntheticOptions> = {}): CodecDriver {
  const onRead = (index: number): void => {
    if (index === frames) throw cut;
  };
  return createSyntheticDriver({ width: 32, height: 16, frames: 10, onRead, ...more });
}

test("a file that breaks off is told, though the next driver finds more in it", async () => {
  const { times, damaged, error } = await read([cutAfter(4), whole({ frames: 6 })]);
  expect(error).toBeUndefined();
  expect(times).toEqual(all.slice(0, 6));
  expect(damaged).toEqual([
    { seconds: expect.closeTo(6 / 30, 1), frames: null, message: "The file breaks off." },
  ]);
});

test("a file that breaks off gives what is there where no other driver can read on, or is one error", async () => {
  const { times, damaged, error } = await read([cutAfter(4)]);
  expect([times, damaged.length, error]).toEqual([all.slice(0, 4), 1, undefined]);
  expect((await read([cutAfter(4)], true)).error).toBe(cut);
  expect((await read([cutAfter(0)])).error).toBe(cut);
});
