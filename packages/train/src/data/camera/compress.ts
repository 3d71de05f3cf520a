/** Compression as this track asks for it: the environment says how it is done. */

/** What cameras compress with, and what becomes of it on its way: H.264, H.265, VP9, AV1, MPEG-2, MPEG-4 Part 2, Motion JPEG. */
export type CameraCodec = "avc" | "hevc" | "vp9" | "av1" | "mpeg2" | "mpeg4" | "mjpeg";

/** An 8-bit 4:2:0 picture, its planes packed: luma, then both chroma, their sides rounded up. */
export interface CompressiblePicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A codec and how coarse it is. */
export interface Compression {
  readonly codec: CameraCodec;
  /** Constant rate factor for `avc`, `hevc`, `vp9` and `av1`, quantizer scale for the others: the higher, the worse. */
  readonly quantizer: number;
}

/** Compresses pictures of one size as a sequence and gives them back decoded, in order. */
export type Compress = (
  pictures: readonly CompressiblePicture[],
  options: Compression & { readonly signal?: AbortSignal },
) => Promise<readonly CompressiblePicture[]>;
