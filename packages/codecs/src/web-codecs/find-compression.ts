/** What a browser can compress with. */

import type { Size } from "@tatami/core";

/** A codec that this browser can encode and decode, and how it is held at a quality. */
export interface WebCompression {
  readonly codec: "avc" | "hevc";
  /** Whether each picture has the quantizer asked for; else the bit rate only comes near it, within 19 to 32 or so. */
  readonly exact: boolean;
  readonly codecString: string;
  configure(size: Size, quantizer: number): VideoEncoderConfig;
  encodeOptions(quantizer: number): VideoEncoderEncodeOptions;
}

/** High profile, level 4, and Main profile, level 4: what cameras write. */
const codecStrings = { avc: "avc1.640028", hevc: "hvc1.1.6.L120.90" } as const;

/**
 * The first of these codecs that the browser has both ways, preferably with a quantizer for each picture; nothing
 * where it has none of them, or no WebCodecs.
 */
export async function findWebCompression(
  codecs: readonly WebCompression["codec"][],
  size: Size,
): Promise<WebCompression | undefined> {
  if (typeof VideoEncoder === "undefined" || typeof VideoDecoder === "undefined") return undefined;
  for (const codec of codecs) {
    const { supported } = await VideoDecoder.isConfigSupported({ codec: codecStrings[codec] });
    if (supported !== true) continue;
    for (const exact of [true, false]) {
      const compression = createCompression(codec, exact);
      const answer = await VideoEncoder.isConfigSupported(compression.configure(size, 28));
      if (answer.supported === true) return compression;
    }
  }
  return undefined;
}

function createCompression(codec: WebCompression["codec"], exact: boolean): WebCompression {
  const codecString = codecStrings[codec];
  return {
    codec,
    exact,
    codecString,
    configure: ({ width, height }, quantizer) => ({
      codec: codecString,
      width,
      height,
      framerate: 25,
      latencyMode: "quality",
      [codec]: { format: "annexb" },
      ...(exact
        ? { bitrateMode: "quantizer" }
        : { bitrateMode: "variable", bitrate: bitrateFor(width * height, quantizer) }),
    }),
    encodeOptions: (quantizer) => (exact ? { [codec]: { quantizer } } : {}),
  };
}

/**
 * Bits a second that give about the PSNR which x264 has at this constant rate factor, for a few pictures: measured
 * with Chromium's own encoder (OpenH264), which is never finer than about 19 nor coarser than about 32.
 */
function bitrateFor(pixels: number, quantizer: number): number {
  return Math.max(1000, Math.round(25 * pixels * 0.3 * 2 ** ((22 - quantizer) / 4)));
}
