import type { MediaReader } from "@tatami/core";
import { TatamiError, unstatedColor } from "@tatami/core";
import { expect, test } from "vitest";
import { mediabunnyDriver } from "../index.ts";

const driver = mediabunnyDriver();

/** A reader of another driver: enough to plan a write. */
const reader: MediaReader = {
  description: {
    container: "MP4",
    duration: 1,
    startTime: 0,
    video: {
      width: 32,
      height: 32,
      codec: "avc",
      rotation: 0,
      pixelAspectRatio: { numerator: 1, denominator: 1 },
      color: unstatedColor,
      bitDepth: 8,
      hasAlpha: false,
      frameCount: 1,
      frameRate: 30,
      ticksPerSecond: 30,
      bitrate: null,
    },
    tracks: [
      { kind: "video", index: 0, codec: "avc", language: null },
      { kind: "audio", index: 1, codec: "aac", language: null },
    ],
    blindSpots: [],
  },
  frames: async function* frames() {},
  [Symbol.asyncDispose]: async () => undefined,
};

test("paths are refused with what to do instead", async () => {
  const error = await driver.open("in.mp4").catch((thrown: unknown) => thrown);
  expect(TatamiError.is(error, "invalid-option") && error.fix).toContain("nodeDriver()");
});

test("an address that cannot be fetched is left to drivers that open it", async () => {
  const error = await driver.open(new URL("rtsp://127.0.0.1/live")).catch((thrown: unknown) => thrown);
  expect(TatamiError.is(error, "unsupported-container") && error.fix).toContain(
    "nodeDriver() of @tatami/codecs/node",
  );
});

test("where nothing can be encoded, the error names everything tried", async () => {
  const error = await driver
    .planWrite({ reader, size: { width: 32, height: 32 } })
    .catch((thrown: unknown) => thrown);
  expect(TatamiError.is(error, "unsupported-codec") && error.detail["tried"]).toBe("avc,hevc,vp9,av1");
});

test("misspelt and senseless options are refused", async () => {
  const codeOf = (init: object): Promise<unknown> =>
    driver.planWrite({ reader, size: { width: 32, height: 32 }, ...init }).then(
      () => "nothing",
      (thrown: unknown) => (TatamiError.is(thrown) ? thrown.code : thrown),
    );
  expect(await codeOf({ encode: { qualty: 5 } })).toBe("invalid-option");
  expect(await codeOf({ encode: { quality: 101 } })).toBe("invalid-option");
  expect(await codeOf({ encode: { audio: "keep" } })).toBe("invalid-option");
  expect(await codeOf({ size: { width: 20_000, height: 2 } })).toBe("invalid-option");
});
