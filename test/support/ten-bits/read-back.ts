/** What a file states of its picture, and its luma in all its bits. */

import { nodeDriver } from "@tatami/codecs/node";
import type { DeepPlane } from "@tatami/core";
import { createDeepPlane } from "@tatami/core";
import * as nodeAv from "node-av";

/** What FFmpeg reads in a file, in its own words. */
export interface Stated {
  /** `hevc Main 10`, `yuv420p10le`. */
  readonly codec: string;
  /** Primaries, transfer, matrix, range: H.273's numbers. */
  readonly color: string;
  /** Which of mastering display, content light and Dolby Vision's description there is. */
  readonly beside: string;
}

const profiles: Readonly<Record<string, string>> = {
  "hevc 2": "Main 10",
  "vp9 2": "Profile 2",
  "av1 0": "Main",
};

/** Opens a file by node-av alone, and reads what is stated of its picture. */
export async function readStated(path: string): Promise<Stated> {
  const context = new nodeAv.FormatContext();
  nodeAv.FFmpegError.throwIfError(await context.openInput(path), path);
  try {
    nodeAv.FFmpegError.throwIfError(await context.findStreamInfo(), path);
    const { codecpar } = context.streams!.find(
      ({ codecpar: each }) => each.codecType === nodeAv.AVMEDIA_TYPE_VIDEO,
    )!;
    const name = nodeAv.avGetCodecName(codecpar.codecId) ?? "?";
    const format = nodeAv.avGetPixFmtName(codecpar.format as nodeAv.AVPixelFormat) ?? "?";
    const has = (type: nodeAv.AVPacketSideDataType): boolean => codecpar.getCodedSideData(type) !== null;
    const beside = [
      has(nodeAv.AV_PKT_DATA_MASTERING_DISPLAY_METADATA) ? ["mastering"] : [],
      has(nodeAv.AV_PKT_DATA_CONTENT_LIGHT_LEVEL) ? ["light"] : [],
      has(nodeAv.AV_PKT_DATA_DOVI_CONF) ? ["Dolby Vision"] : [],
    ].flat();
    const profile = profiles[`${name} ${codecpar.profile}`] ?? String(codecpar.profile);
    const { colorPrimaries, colorTrc, colorSpace, colorRange } = codecpar;
    return {
      codec: `${name} ${profile}, ${format}`,
      color: [
        colorPrimaries,
        colorTrc,
        colorSpace,
        colorRange === nodeAv.AVCOL_RANGE_MPEG ? "tv" : colorRange,
      ].join("/"),
      beside: beside.length === 0 ? "–" : beside.join(", "),
    };
  } finally {
    await context.closeInput();
  }
}

/** Luma of every frame, in ten bits whatever it has. */
export async function readLuma(path: string): Promise<readonly DeepPlane[]> {
  await using reader = await nodeDriver().open(path, { bitDepth: 10 });
  const lumas: DeepPlane[] = [];
  for await (const frame of reader.frames()) {
    const { luma } = await frame.deepPlanes!();
    const own = createDeepPlane(luma, luma.bits);
    own.data.set(luma.data);
    lumas.push(own);
    frame.close();
  }
  return lumas;
}

/** Mean over frames of PSNR in dB, of 10-bit luma with a peak of 1023, without `shave` pixels at each border. */
export function meanPsnr(seen: readonly DeepPlane[], truth: readonly DeepPlane[], shave: number): number {
  const each = truth.map((right, index) => {
    const { data } = seen[index]!;
    let sum = 0;
    for (let y = shave; y < right.height - shave; y++)
      for (let x = shave; x < right.width - shave; x++) {
        const at = y * right.width + x;
        sum += (data[at]! - right.data[at]!) ** 2;
      }
    const count = (right.width - 2 * shave) * (right.height - 2 * shave);
    return 10 * Math.log10(1023 ** 2 / (sum / count));
  });
  return each.reduce((sum, value) => sum + value, 0) / each.length;
}
