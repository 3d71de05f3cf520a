/** Which encoders an order asks, and orders that contradict themselves. */

import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EncodeOptions, Frame, VideoCodec } from "@tatami/core";
import { createFrame, createPlane, videoCodecs } from "@tatami/core";
import type { Packet } from "node-av";
import { describe, expect, it, test } from "vitest";
import { makeClip } from "../../../testing/make-clip.ts";
import { nodeDriver } from "../../driver.ts";
import { loadNodeAv } from "../../node-av.ts";
import { openVideoEncoder } from "./encode-video.ts";
import { checkEncode, checkForCodec, encodersFor } from "./encoders.ts";
import type { VideoEncoding } from "./open-context.ts";
import { openVideoContext } from "./open-context.ts";

const namesOf = (codec: VideoCodec, encode: EncodeOptions): readonly string[] =>
  encodersFor(codec, encode).map(({ name }) => name);

describe("encodersFor", () => {
  it("asks software first, and hardware only where there is none, unless it is asked for", () => {
    expect(namesOf("hevc", {})[0]).toBe("libx265");
    expect(namesOf("hevc", {}).slice(1)).toContain("hevc_vaapi");
    expect(namesOf("hevc", { encoder: "software" })).toEqual(["libx265"]);
    expect(namesOf("av1", { encoder: "hardware" })).toEqual([
      "av1_nvenc",
      "av1_qsv",
      "av1_amf",
      "av1_vaapi",
      "libsvtav1",
      "libaom-av1",
    ]);
    expect(namesOf("avc", { crf: 20 })).toEqual(["libx264"]);
    expect(namesOf("vp9", { preset: "2" })).toEqual(["libvpx-vp9"]);
  });

  it("says presets and factors in each encoder's own words", () => {
    expect(encodersFor("hevc", { preset: "slow", crf: 20 })[0]!.options).toEqual({
      preset: "slow",
      crf: "20",
    });
    expect(encodersFor("vp9", { preset: "2" })[0]!.options).toMatchObject({
      "cpu-used": "2",
      deadline: "good",
    });
    expect(encodersFor("av1", { preset: "4", crf: 30 }).map(({ options }) => options)).toEqual([
      { preset: "4", crf: "30" },
      { "cpu-used": "4", "row-mt": "1", crf: "30" },
    ]);
    expect(encodersFor("avc", {})[0]!.options).toEqual({ preset: "veryfast" });
  });
});

describe("an order that contradicts itself", () => {
  const wrong: readonly (readonly [EncodeOptions, string])[] = [
    [{ crf: 20, bitrate: 1_000_000 }, "encode.crf"],
    [{ crf: 20, quality: 50 }, "encode.crf"],
    [{ crf: 52, codec: "hevc" }, "encode.crf"],
    [{ crf: 20, encoder: "hardware" }, "encode.crf"],
    [{ preset: "slow", encoder: "hardware" }, "encode.preset"],
    [{ preset: "slow", codec: "av1" }, "encode.preset"],
    [{ preset: "9", codec: "vp9" }, "encode.preset"],
    [{ preset: "5", codec: "avc" }, "encode.preset"],
    [{ pixelFormat: "yuv420p10le", codec: "avc" }, "encode.pixelFormat"],
    [{ pixelFormat: "yuv444p" as "yuv420p" }, "encode.pixelFormat"],
    [{ encoder: "nvenc" as "auto" }, "encode.encoder"],
  ];
  it.each(wrong)("%o is refused by the option that is one too many", (encode, option) => {
    expect(() => checkEncode(encode)).toThrowError(
      expect.objectContaining({ code: "invalid-option", detail: expect.objectContaining({ option }) }),
    );
  });

  it("is judged by the codec that was chosen where none was asked for", () => {
    expect(() => checkEncode({ preset: "5", crf: 60 })).not.toThrow();
    expect(() => checkForCodec({ preset: "5" }, "avc")).toThrowError(/one of ultrafast, .*placebo for avc/);
    expect(() => checkForCodec({ preset: "5", crf: 60 }, "av1")).not.toThrow();
  });
});

const encoding: VideoEncoding = {
  codec: "avc",
  width: 128,
  height: 96,
  bits: 8,
  bitrate: 500_000,
  frameRate: 25,
  ticksPerSecond: 600,
  withAlpha: false,
  chromaLocation: 1,
  hdr: { dynamic: [] },
  pixelAspectRatio: { numerator: 1, denominator: 1 },
  color: { primaries: null, transfer: null, matrix: null, fullRange: null },
  asked: { encoder: "hardware" },
};

function grey(timestamp: number): Frame {
  const plane = (width: number, height: number) => {
    const made = createPlane({ width, height });
    made.data.fill(120);
    return made;
  };
  return createFrame({ luma: plane(128, 96), chroma: [plane(64, 48), plane(64, 48)] }, { timestamp });
}

test("gives times of decoding that a container takes, however few pictures there are", async () => {
  const nodeAv = await loadNodeAv();
  for (const count of [1, 1, 1, 2, 2, 2, 3, 4]) {
    using encoder = await openVideoEncoder(nodeAv, { ...encoding, codec: "hevc", asked: {} });
    const packets: Packet[] = [];
    for (let index = 0; index < count; index++) {
      const frame = grey(index / 25);
      packets.push(...(await encoder.encode(frame, index / 25)));
      frame.close();
    }
    packets.push(...(await encoder.encode(null, 0)));
    const times = packets.map(({ dts, pts }) => ({ dts: Number(dts), pts: Number(pts) }));
    for (const packet of packets) packet.free();
    expect(times.map(({ pts }) => pts).sort((a, b) => a - b)).toEqual([0, 24, 48, 72].slice(0, count));
    times.forEach(({ dts, pts }, index) => {
      expect(dts).toBeLessThanOrEqual(pts);
      expect(dts).toBeGreaterThan(index === 0 ? -100 : times[index - 1]!.dts);
    });
  }
});

describe("opening encoders", () => {
  it.each(videoCodecs)(
    "tries those of %s in order, ends with one that encodes, and says why not the others",
    async (codec) => {
      const nodeAv = await loadNodeAv();
      const { opened, rejected } = await openVideoContext(nodeAv, { ...encoding, codec });
      using found = opened!;
      const order = namesOf(codec, encoding.asked);
      const before = order.slice(0, order.indexOf(found.setup.name));
      expect(rejected.map(({ encoder }) => encoder)).toEqual(
        before.filter((name) => !name.startsWith("lib")),
      );
      for (const { reason } of rejected) expect(reason.length).toBeGreaterThan(3);
      expect(found.setup.isHardware ? found.format : "yuv420p").toBe(found.format);
    },
  );

  it("says in the plan which were tried, and where none encodes ends in one error that names them and a codec that works", async () => {
    const driver = nodeDriver();
    await using reader = await driver.open(await makeClip());
    const planned = (encode: EncodeOptions, size = { width: 128, height: 96 }) =>
      driver.planWrite({ reader, size, output: join(tmpdir(), "out.mkv"), encode });
    const tried = await openVideoContext(await loadNodeAv(), encoding);
    tried.opened?.[Symbol.dispose]();
    const { encoder, rejectedEncoders } = await planned({ codec: "avc", encoder: "hardware" });
    expect(rejectedEncoders).toEqual(tried.rejected);
    expect(encoder).toBe(tried.opened?.setup.name);
    // SVT-AV1 takes nothing below 64 pixels, nor does hardware
    const none = planned({ codec: "av1", encoder: "hardware" }, { width: 64, height: 32 });
    await expect(none).rejects.toMatchObject({
      code: "unsupported-codec",
      message: expect.stringMatching(/64×32 \(av1_nvenc: [^;]+; av1_qsv: .+; av1_vaapi: .+\)/),
      fix: "Use avc or hevc or vp9 instead (codec, --codec).",
    });
    expect(await planned({ codec: "avc", encoder: "software" })).not.toHaveProperty("rejectedEncoders");
  });

  it("believes hardware only once it has encoded pictures of pairs: what stands for it here is x264", async () => {
    const nodeAv = await loadNodeAv();
    const stands = { name: "libx264", isHardware: true, options: {} } as const;
    // x264 takes NV12 as hardware does, and no P010
    const right = { ...stands, formats: { 8: "nv12", 10: "p010le" } } as const;
    const wrong = { ...stands, formats: { 8: "p010le", 10: "p010le" } } as const;
    const { opened, rejected } = await openVideoContext(nodeAv, encoding, [wrong, right]);
    using found = opened!;
    expect([found.format, found.context.isOpen]).toEqual(["nv12", true]);
    expect(rejected.map(({ encoder }) => encoder)).toEqual(["libx264"]);
    using encoder = await openVideoEncoder(nodeAv, { ...encoding, setup: right });
    const frame = grey(0);
    const packets = [...(await encoder.encode(frame, 0)), ...(await encoder.encode(null, 0))];
    frame.close();
    expect(packets.length).toBe(1);
    for (const packet of packets) packet.free();
  });
});
