/** Real compression of a few pictures by a browser's own encoder and decoder. */

import { checkNumber, TatamiError, throwIfAborted } from "@tatami/core";
import { copyPlanes } from "../picture/copy-planes.ts";
import { packI420 } from "../picture/to-i420.ts";
import type { WebCompression } from "./find-compression.ts";

/** An 8-bit 4:2:0 picture of even sides, its planes packed one after the other: luma, then both chroma. */
export interface EvenPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** How coarsely pictures are compressed. */
export interface WebCompressOptions {
  /** On the scale of H.264's constant rate factor, 0..51: the higher, the worse. */
  readonly quantizer: number;
  readonly signal?: AbortSignal;
}

/**
 * Compresses pictures of one size as a short sequence, and gives back what a decoder makes of it, in order.
 *
 * @param compression what {@link findWebCompression} found
 * @throws TatamiError `invalid-option`, `output-failed`.
 */
export async function compressPictures(
  pictures: readonly EvenPicture[],
  compression: WebCompression,
  options: WebCompressOptions,
): Promise<readonly EvenPicture[]> {
  const quantizer = Math.round(checkNumber("quantizer", options.quantizer, 0, 51));
  const [first] = pictures;
  if (!first) return [];
  throwIfAborted(options.signal);
  const { width, height } = first;
  const decoded: VideoFrame[] = [];
  let fail: (cause: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => (fail = reject));
  // heard when a flush is awaited
  failed.catch(() => undefined);
  const decoder = new VideoDecoder({ output: (frame) => decoded.push(frame), error: fail });
  const encoder = new VideoEncoder({ output: (chunk) => decoder.decode(chunk), error: fail });
  try {
    decoder.configure({ codec: compression.codecString, codedWidth: width, codedHeight: height });
    encoder.configure(compression.configure({ width, height }, quantizer));
    for (const [index, { data }] of pictures.entries()) {
      const init = { codedWidth: width, codedHeight: height, timestamp: index * frameMicroseconds };
      const frame = new VideoFrame(Uint8Array.from(data), { ...init, format: "I420" });
      encoder.encode(frame, { keyFrame: index === 0, ...compression.encodeOptions(quantizer) });
      frame.close();
    }
    await Promise.race([encoder.flush(), failed]);
    await Promise.race([decoder.flush(), failed]);
    throwIfAborted(options.signal);
    if (decoded.length !== pictures.length)
      throw compressionFailed(compression, `${decoded.length} of ${pictures.length} pictures came back`);
    decoded.sort((a, b) => a.timestamp - b.timestamp);
    return await Promise.all(decoded.map((frame) => readPicture(frame, width, height)));
  } catch (error) {
    if (TatamiError.is(error) || options.signal?.aborted === true) throw error;
    throw compressionFailed(compression, error);
  } finally {
    for (const frame of decoded) frame.close();
    for (const codec of [encoder, decoder]) if (codec.state !== "closed") codec.close();
  }
}

/** 25 pictures a second. */
const frameMicroseconds = 40_000;

async function readPicture(frame: VideoFrame, width: number, height: number): Promise<EvenPicture> {
  const bytes = new Uint8Array(frame.allocationSize());
  const layout = await frame.copyTo(bytes);
  const planes = layout.map(({ offset, stride }) => ({ data: bytes.subarray(offset), stride }));
  const { data } = packI420(copyPlanes({ format: frame.format ?? "", planes }, { width, height }), false);
  return { width, height, data };
}

function compressionFailed(compression: WebCompression, cause: unknown): TatamiError<"output-failed"> {
  return new TatamiError({
    code: "output-failed",
    message: `The browser's ${compression.codec} codec failed: ${String(cause)}.`,
    fix: "Try again; if it fails again, use another browser.",
    detail: { codec: compression.codec },
    cause,
  });
}
