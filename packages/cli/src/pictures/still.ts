/** A picture file made larger, and all that it says of itself kept. */

import { readFile, writeFile } from "node:fs/promises";
import { extname } from "node:path";
import type { Changed } from "@tatami/core";
import { outputFailed, resolveTarget, scaleSize, targetOf, TatamiError, throwIfAborted } from "@tatami/core";
import type { UpscaleOptions, UpscalePictureOptions } from "@tatami/upscale";
import type { Metadata, Sharp } from "sharp";
import type { FramesPlan, FramesReport } from "../shell.ts";
import { addMetadata, saidUpright } from "./carry-metadata.ts";
import { loadSharp } from "./load-sharp.ts";

/** Of pictures that lose something, where nobody says. */
const usualQuality = 90;

/** How a picture is enlarged. */
export interface StillOptions {
  /** 1 to 100. @defaultValue 90 */
  readonly quality?: number | undefined;
  readonly picture: UpscalePictureOptions;
}

/** A picture file that was read. */
interface StillFile {
  readonly pixels: { readonly width: number; readonly height: number; readonly data: Uint8Array };
  readonly metadata: Metadata;
  readonly changed: readonly Changed[];
}

/**
 * Enlarges a picture file. Pixels stay in the colours of its own profile, which is kept, as are EXIF and XMP; a picture that
 * only says how it is held is turned so.
 *
 * @throws TatamiError `damaged-input`, `unsupported-feature` for one that moves, `output-failed`, and as `upscalePicture()` throws.
 */
export async function upscaleStill(
  input: string,
  output: string,
  { quality = usualQuality, picture }: StillOptions,
): Promise<FramesReport> {
  const [{ upscalePicture }, file] = await Promise.all([import("@tatami/upscale"), readStill(input)]);
  const { pixels, metadata } = file;
  const larger = await upscalePicture(pixels, picture);
  const { width, height, data, model, backend, choice } = larger;
  const written = await encodeStill({ width, height, data }, output, metadata, quality);
  throwIfAborted(picture.signal);
  await save(output, input, written.bytes);
  return {
    input: { width: pixels.width, height: pixels.height },
    output: { width, height },
    model,
    backend,
    ...(choice && { choice }),
    strength: picture.strength ?? choice?.strength ?? 1,
    written: written.format,
    leftOut: [],
    changed: [...file.changed, ...written.changed],
    damaged: [],
    rejected: [],
    frames: 1,
    size: written.bytes.length,
  };
}

/** What {@link upscaleStill} would do to a file of this size, as far as that is known without doing it. */
export async function planStill(
  input: string,
  output: string,
  plan: Pick<FramesPlan, "model" | "strength" | "backend"> &
    Pick<UpscaleOptions, "size"> & { readonly scale: number },
): Promise<FramesPlan> {
  const { pixels, changed } = await readStill(input);
  const { width, height } = pixels;
  const { scale, size, ...rest } = plan;
  const target = size === undefined ? undefined : targetOf(pixels, resolveTarget(size));
  return {
    ...rest,
    input: { width, height },
    output: target ? { width: target.width, height: target.height } : scaleSize(pixels, scale),
    written: formatOf(output),
    leftOut: [],
    changed,
    rejected: [],
  };
}

async function readStill(path: string): Promise<StillFile> {
  const sharp = await loadSharp();
  const bytes = await readFile(path);
  try {
    const metadata = await sharp(bytes).metadata();
    if ((metadata.pages ?? 1) > 1) throw moves(path);
    const source = sharp(bytes);
    // pixels as they are, where the profile goes with them
    const { data, info } = await (isKept(metadata) ? source.keepIccProfile() : source)
      .autoOrient()
      .toColourspace("srgb")
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return {
      pixels: { width: info.width, height: info.height, data },
      metadata,
      changed: changesOf(metadata),
    };
  } catch (error) {
    throw TatamiError.is(error) ? error : undecodable(path, error as Error);
  }
}

function changesOf({ orientation = 1, depth, space, icc, hasProfile }: Metadata): readonly Changed[] {
  const changed: Changed[] = [];
  if (orientation > 1) changed.push({ kind: "shape", message: "It is turned as it said that it was held." });
  if (depth !== "uchar") changed.push({ kind: "sampling", message: `Its ${depth} samples become 8 bits.` });
  if ((icc || hasProfile) && !isKept({ space, icc }))
    changed.push({ kind: "color", message: `Its profile is of ${space}, and it becomes sRGB.` });
  return changed;
}

/** Whether pixels stay in the colours of the profile. */
function isKept({ space, icc }: Pick<Metadata, "space" | "icc">): boolean {
  return icc !== undefined && (space === "srgb" || space === "rgb16" || space === "rgb");
}

async function encodeStill(
  {
    width,
    height,
    data,
  }: { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray },
  output: string,
  { hasAlpha, icc, exif, xmp, space }: Metadata,
  quality: number,
): Promise<{ readonly bytes: Buffer; readonly format: string; readonly changed: readonly Changed[] }> {
  const sharp = await loadSharp();
  const format = formatOf(output);
  const image = sharp(data, { raw: { width, height, channels: 4 } });
  const png = await (hasAlpha ? image : image.removeAlpha()).png({ compressionLevel: 0 }).toBuffer();
  const carried = {
    ...(icc && isKept({ space, icc }) && { icc }),
    ...(exif && { exif: saidUpright(exif) }),
    ...(xmp && { xmp }),
  };
  const own = sharp(addMetadata(png, carried)).keepIccProfile().keepExif().keepXmp();
  const isLost = hasAlpha && format === "jpeg";
  const flat = isLost ? own.flatten({ background: "white" }) : own;
  const message = "It can be seen through in places, which JPEG cannot say: it is put on white.";
  return {
    bytes: await withFormat(flat, format, quality).toBuffer(),
    format,
    changed: isLost ? [{ kind: "color", message }] : [],
  };
}

type Format = "png" | "jpeg" | "webp" | "avif";

/** A picture in the format of its file's name. */
export function withFormat(image: Sharp, format: Format, quality: number = usualQuality): Sharp {
  switch (format) {
    case "png":
      return image.png();
    case "jpeg":
      return image.jpeg({ quality });
    case "webp":
      return image.webp({ quality });
    case "avif":
      return image.avif({ quality });
  }
}

/** The format of a picture file, by its name. */
export function formatOf(path: string): Format {
  const ending = extname(path).slice(1).toLowerCase();
  return ending === "jpg" ? "jpeg" : (ending as Format);
}

/** Writes a file that has its name only once it is whole. */
export async function save(path: string, input: string | undefined, bytes: Uint8Array): Promise<void> {
  const { createPartialFile } = await import("@tatami/codecs/node");
  const file = await createPartialFile(path, input);
  try {
    await writeFile(file.path, bytes);
    await file.commit();
  } catch (error) {
    await file.discard();
    throw TatamiError.is(error) ? error : outputFailed(JSON.stringify(path), error);
  }
}

function undecodable(path: string, cause: Error): TatamiError<"damaged-input"> {
  return new TatamiError({
    code: "damaged-input",
    message: `${JSON.stringify(path)} cannot be decoded: ${cause.message}.`,
    fix: "Check that it is a whole picture: PNG, JPEG, WebP or AVIF.",
    cause,
  });
}

function moves(path: string): TatamiError<"unsupported-feature"> {
  return new TatamiError({
    code: "unsupported-feature",
    message: `${JSON.stringify(path)} holds several pictures, and one is written.`,
    fix: "Write what moves: a video, .gif or .webp, or numbered pictures (frames/%05d.png).",
  });
}
