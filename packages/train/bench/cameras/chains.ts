/** Four cameras whose way of degrading occurs in no training code. */

import type { Compression } from "../../src/data/camera/compress.ts";
import type { FloatPicture } from "../../src/data/camera/blur.ts";
import { blurPicture } from "../../src/data/camera/blur.ts";
import { sharpen } from "../../src/data/camera/degrade.ts";
import { reducePicture, resizePicture } from "../../src/data/camera/reduce.ts";

/** A camera: what it makes of luma, frame by frame, and how the frames are then compressed, once or twice. */
export interface Chain {
  readonly what: string;
  readonly see: (large: FloatPicture) => FloatPicture;
  readonly compress: readonly Compression[];
  /** As what `--footage` takes the camera's codec to be: the nearest that it imitates. */
  readonly imitatedBy: Compression["codec"];
}

const variance = (sigma: number): number => (2 * sigma) ** 2;

/** By their letters. */
export const chains: Readonly<Record<string, Chain>> = {
  A: {
    what: "sharpened after its reduction, MPEG-2",
    see: (large) => sharpen(reducePicture(large, 2, "bicubic"), { amount: 0.9, radius: 1.2 }),
    compress: [{ codec: "mpeg2", quantizer: 7 }],
    imitatedBy: "mpeg4",
  },
  B: {
    what: "blurred along rows more than along columns, VP9",
    see: (large) => {
      const blur = { across: variance(0.8), down: variance(0.4), diagonal: 0, slope: 1 } as const;
      return reducePicture(blurPicture(large, blur), 2, "area");
    },
    compress: [{ codec: "vp9", quantizer: 40 }],
    imitatedBy: "hevc",
  },
  C: {
    what: "three quarters of its size and back, AV1",
    see: (large) => {
      const small = reducePicture(large, 2, "bicubic");
      const part = { width: Math.round(small.width * 0.75), height: Math.round(small.height * 0.75) };
      return resizePicture(resizePicture(small, part, "bilinear"), small, "bicubic");
    },
    compress: [{ codec: "av1", quantizer: 45 }],
    imitatedBy: "hevc",
  },
  D: {
    what: "blurred along rows, Motion JPEG and then H.264",
    see: (large) => {
      const blur = { across: variance(0.6), down: 0, diagonal: 0, slope: 1 } as const;
      return reducePicture(blurPicture(large, blur), 2, "bilinear");
    },
    compress: [
      { codec: "mjpeg", quantizer: 9 },
      { codec: "avc", quantizer: 28 },
    ],
    imitatedBy: "avc",
  },
};

/** A real camera's folder, beside theirs: small and large recordings of one scene. */
export const realPair = "pair";

/** What a folder's camera is, in words. */
export function whatIs(camera: string): string {
  return chains[camera]?.what ?? "a real pair of recordings";
}
