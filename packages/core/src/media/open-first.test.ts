import { expect, test } from "vitest";
import type { CodecDriver } from "./codec-driver.ts";
import type { MediaReader } from "./reader.ts";
import { TatamiError } from "../errors/errors.ts";
import { openFirst } from "./open-first.ts";

const incomplete = new TatamiError({
  code: "unsupported-feature",
  message: "Half of it.",
  fix: "Another driver.",
});
const refused = new TatamiError({ code: "unsupported-codec", message: "No.", fix: "Another driver." });

/** A driver that opens nothing in truth; how often its readers were disposed of is counted. */
function driver(
  name: CodecDriver["name"],
  more: Partial<MediaReader>,
  open?: () => never,
): CodecDriver & { readonly disposed: () => number } {
  let disposed = 0;
  const reader = { ...more, [Symbol.asyncDispose]: async () => void disposed++ } as MediaReader;
  const unused = async (): Promise<never> => Promise.reject(new Error("not asked for here"));
  return {
    name,
    open: async () => (open ? open() : reader),
    planWrite: unused,
    write: unused,
    disposed: () => disposed,
  };
}

test("a driver that reads a part gives way to one that reads all, and is told among the rejected", async () => {
  const half = driver("mediabunny", { incomplete });
  const whole = driver("ffmpeg", {});
  const opened = await openFirst([half, whole], new Blob());
  expect([opened.driver, half.disposed(), whole.disposed()]).toEqual([whole, 1, 0]);
  expect(opened.rejected).toEqual([{ candidate: "mediabunny", error: incomplete }]);
  expect(opened.others).toEqual([]);
});

test("it stays where no other reads more, or none can read it at all", async () => {
  const half = driver("mediabunny", { incomplete });
  for (const other of [
    driver("ffmpeg", { incomplete }),
    driver("ffmpeg", {}, () => {
      throw refused;
    }),
  ]) {
    const opened = await openFirst([half, other], new Blob());
    expect([opened.driver, opened.rejected, opened.others]).toEqual([half, [], [other]]);
  }
  expect((await openFirst([half], new Blob())).driver).toBe(half);
  expect(half.disposed()).toBe(0);
});

test("a stream that can be read once is left to the driver that has it", async () => {
  const half = driver("mediabunny", { incomplete });
  const opened = await openFirst([half, driver("ffmpeg", {})], new ReadableStream());
  expect(opened.driver).toBe(half);
});
