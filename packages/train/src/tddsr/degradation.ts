/** A learned degradation as a file, and as a way to make low-resolution pictures. */

import { readFile } from "node:fs/promises";
import type { Random } from "@tatami/core";
import { createRandom, TatamiError } from "@tatami/core";
import type { Node } from "@tatami/graph";
import {
  blockPhase,
  constant,
  degrade,
  degraderChannels,
  degraderNoise,
  input,
  isOp,
  readOnnxGraph,
  rewriteEach,
  slice,
  tensor,
  topologicalOrder,
  writeOnnxGraph,
} from "@tatami/graph";
import { createGraphRunner } from "@tatami/runtime/programs";
import { resizeLuma } from "../data/bicubic.ts";
import { drawCompression } from "../data/camera/degradation.ts";
import { lumaOfPlanes, toI420 } from "../data/camera/to-i420.ts";
import { between } from "../data/draw-random.ts";
import type { LumaPlane } from "../data/luma.ts";
import { cropToMultiple, lumaOf, roundLuma } from "../data/luma.ts";
import type { Track } from "../data/track.ts";
import { cameraTrack } from "../data/tracks/camera.ts";
import type { Tensors } from "../objective/super-resolution.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import { createNoiseFeed } from "../feed/feed.ts";
import { createCodeFeed } from "./feeds.ts";

/** Channels of the file's one input, in this order. */
const channelParts = { large: 4, small: 1, noisy: 1, code: 4, phase: 3 } as const;

/** What says in a file that it is a degradation. */
const fileKind = "degradation";

/**
 * A degrader's weights as ONNX: input `[n, 13, h, w]` of the small picture's size, the large picture's four sub-pixels, its
 * bicubic reduction, that with noise, four numbers and the place in a block of 8×8; output `[n, 1, h, w]`, Y′/255.
 */
export function writeDegradation(
  name: string,
  weights: Tensors,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const picture = input(degraderChannels);
  const parts: Record<string, Node> = {};
  let start = 0;
  for (const [part, channels] of Object.entries(channelParts)) {
    parts[part] = slice(picture, 1, start, start + channels);
    start += channels;
  }
  const own = Object.fromEntries(
    Object.entries(weights).map(([key, value]) => [key.replace(/^degrader /, ""), value]),
  );
  const output = degrade((key) => constant(own[key]!), parts as Record<keyof typeof channelParts, Node>);
  return writeOnnxGraph(name, output, { ...metadata, kind: fileKind });
}

/** Makes small pictures of large ones as a camera does: another one each time. */
export type Degrade = (high: LumaPlane, random: Random) => Promise<LumaPlane>;

/** Reads one. @throws TatamiError `invalid-model` for a file that is none. */
export function createDegrade(compiled: CompiledKernels, file: Uint8Array, name: string): Degrade {
  const { output, metadata } = readOnnxGraph(file);
  const [picture] = topologicalOrder(output).filter((node) => isOp(node, "input"));
  if (metadata["kind"] !== fileKind || picture?.arg.channels !== degraderChannels)
    throw new TatamiError({
      code: "invalid-model",
      message: `${name} is no degradation.`,
      fix: "Name a file that tatami train tddsr-x2 wrote.",
      detail: { model: name },
    });
  const runner = createGraphRunner(compiled, name, (given) => ({
    output: rewriteEach([output], (node, original) => (isOp(original, "input") ? given : node))[0]!,
  }));
  return async (high, random) => {
    const [width, height] = [high.width / 2, high.height / 2];
    const made = runner.run(await layOut(high, width, height, random))["output"]!;
    return roundLuma({ width, height, data: made.data.map((value) => value * 255) });
  };
}

/** A degradation's file. @throws TatamiError `input-not-found` */
export async function readLearned(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new TatamiError({
      code: "input-not-found",
      message: `The degradation ${path} cannot be read.`,
      fix: "Name a file that tatami train tddsr-x2 wrote, or none.",
      detail: { path },
      cause,
    });
  });
  return new Uint8Array(bytes);
}

/** All that the network looks at, `[1, 13, h, w]`. */
async function layOut(high: LumaPlane, width: number, height: number, random: Random) {
  const places = width * height;
  const seen = tensor([1, degraderChannels, height, width]);
  for (let y = 0; y < high.height; y++)
    for (let x = 0; x < high.width; x++) {
      const plane = (y & 1) * 2 + (x & 1);
      seen.data[plane * places + (y >> 1) * width + (x >> 1)] = high.data[y * high.width + x]! / 255;
    }
  const small = resizeLuma(high, width, height).data;
  const chance = new Float32Array(places);
  const code = new Float32Array(4 * places);
  await createNoiseFeed("chance", 1).fill(random, [{ chance }]);
  await createCodeFeed("code").fill(random, [{ code }]);
  for (let i = 0; i < places; i++) {
    seen.data[4 * places + i] = small[i]! / 255;
    seen.data[5 * places + i] = small[i]! / 255 + degraderNoise * chance[i]!;
  }
  seen.data.set(code, 6 * places);
  seen.data.set(blockPhase(width, height).data, 10 * places);
  return seen;
}

/**
 * A track by a learned degradation and a codec, the others of its versions by the camera track.
 *
 * @param identity of its file. @param share of pictures' versions that are degraded by it, 0 to 1
 */
export function createLearnedTrack(degradeBy: Degrade, identity: string, share: number): Track {
  return {
    ...cameraTrack,
    version: `learned 2 ${identity} ${share} ${cameraTrack.version}`,
    testPictures: "through a learned camera",
    async reduce(picture, number, options) {
      if (options.scale !== 2) throw scaleError(options.scale);
      const random = createRandom((Math.imul(options.seed, 0x9e3779b1) ^ (number + 0x5bd1)) >>> 0);
      const mine = Array.from({ length: options.degradations }, () => between(random, 0, 1) < share);
      const others = mine.filter((isMine) => !isMine).length;
      const { high, lows } =
        others > 0
          ? await cameraTrack.reduce(picture, number, { ...options, degradations: others })
          : { high: lumaOf(cropToMultiple(picture, 2)), lows: [] };
      const made: LumaPlane[] = [...lows];
      // of the very truth that the others have
      for (let version = others; version < options.degradations; version++)
        made.push(await sent(await degradeBy(high, random), random, options));
      return { high, lows: made };
    },
  };
}

/** What the network makes, through a codec as the camera track draws them: blocks and ringing are what so small a network makes least. */
async function sent(
  low: LumaPlane,
  random: Random,
  { compress, signal }: Parameters<Track["reduce"]>[2],
): Promise<LumaPlane> {
  const compression = drawCompression(random);
  if (!compression) return low;
  const frame = toI420({ ...low, channels: 1 });
  const [decoded] = await compress([frame], { ...compression, ...(signal && { signal }) });
  return lumaOfPlanes(decoded!);
}

function scaleError(scale: number): TatamiError<"invalid-option"> {
  return new TatamiError({
    code: "invalid-option",
    message: `Learned degradations halve pictures; the recipe's scale is ${scale}.`,
    fix: "Train a ×2 recipe on it, or leave the degradation out.",
    detail: { option: "recipe.degradation", value: scale },
  });
}
