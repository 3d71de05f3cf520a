/** Recorded frames through a real encoder and back. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeDriver } from "@tatami/codecs/node";
import { makeMuxedClip } from "@tatami/codecs/testing";
import type { Plane } from "@tatami/core";
import { rate } from "./scenes.ts";

/** An encoder and how it is set. */
export interface Coding {
  readonly name: string;
  readonly video: string;
  readonly format?: string;
  readonly encoder: Record<string, string>;
  readonly pixelFormat?: string;
}

const camera = { preset: "veryfast", tune: "zerolatency" };
const group = (frames: number): string => `keyint=${frames}:min-keyint=${frames}:scenecut=0`;

/** As cameras encode: `h264 crf 28`; with a rate instead of a quality; and what else there is. */
export const codings: Readonly<Record<string, Coding>> = Object.fromEntries(
  [
    ...["23", "28", "33"].map((crf) => ({
      name: `h264 crf ${crf}`,
      video: "libx264",
      encoder: { ...camera, crf, "x264-params": group(50) },
    })),
    {
      name: "h264 300k",
      video: "libx264",
      encoder: { ...camera, b: "300000", maxrate: "300000", bufsize: "300000", "x264-params": group(50) },
    },
    { name: "h264 gop 25", video: "libx264", encoder: { ...camera, crf: "28", "x264-params": group(25) } },
    {
      name: "x264 medium",
      video: "libx264",
      encoder: { preset: "medium", crf: "28", "x264-params": group(50) },
    },
    {
      name: "h265 crf 28",
      video: "libx265",
      encoder: { preset: "medium", crf: "28", "x265-params": `${group(50)}:log-level=none` },
    },
    {
      name: "mjpeg",
      video: "mjpeg",
      format: "matroska",
      encoder: { q: "5", flags: "+qscale", global_quality: "590" },
      pixelFormat: "yuvj420p",
    },
  ].map((coding) => [coding.name, coding]),
);

/** A decoded frame. */
export interface Coded {
  readonly luma: Plane;
  readonly isKey: boolean | undefined;
}

/** Encodes and decodes; grey has no colour. */
export async function throughCodec(coding: Coding, frames: readonly Plane[]): Promise<readonly Coded[]> {
  const folder = await mkdtemp(join(tmpdir(), "tatami-fusion-"));
  try {
    const path = join(folder, "clip.mkv");
    const { width, height } = frames[0]!;
    await makeMuxedClip(path, {
      format: coding.format ?? "matroska",
      video: coding.video,
      frames: frames.length,
      rate,
      size: [width, height],
      encoder: coding.encoder,
      ...(coding.pixelFormat && { pixelFormat: coding.pixelFormat }),
      draw: ([y, ...colour], [stride], index) => {
        const { data } = frames[index]!;
        for (let row = 0; row < height; row++)
          y!.set(data.subarray(row * width, (row + 1) * width), row * stride!);
        for (const plane of colour) plane.fill(128);
      },
    } as Parameters<typeof makeMuxedClip>[1]);
    await using reader = await nodeDriver().open(path, {});
    const decoded: Coded[] = [];
    for await (const frame of reader.frames({})) {
      const { luma } = await frame.planes();
      const data = new Uint8Array(width * height);
      for (let row = 0; row < height; row++)
        data.set(luma.data.subarray(row * luma.stride, row * luma.stride + width), row * width);
      decoded.push({ luma: { width, height, stride: width, data }, isKey: frame.isKey });
      frame.close();
    }
    return decoded;
  } finally {
    await rm(folder, { recursive: true });
  }
}
