/** Pictures as R′G′B′A bytes, whatever they come as. */

import { invalidOption, TatamiError } from "@tatami/core";

/** A picture in memory: four bytes a pixel, R, G, B and alpha, row by row. An `ImageData` is one. */
export interface RgbaPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** What {@link readRgba} takes: pixels, something that can be drawn, or a picture file's bytes. */
export type PictureInput =
  | RgbaPicture
  | ImageBitmap
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLImageElement
  | Blob
  | ArrayBuffer
  | Uint8Array;

/**
 * The pixels of a picture. Files are decoded by the browser, in Node by `sharp` where that is installed.
 *
 * @throws TatamiError `invalid-option` for what is no picture, `damaged-input` for a file that cannot be decoded, `missing-package`
 * in Node without `sharp`.
 */
export async function readRgba(picture: PictureInput): Promise<RgbaPicture> {
  if (isBytes(picture)) return decode(picture);
  if (typeof picture !== "object" || picture === null) throw noPicture(picture);
  if ("data" in picture && "width" in picture) return checkPixels(picture);
  if (typeof OffscreenCanvas === "function" && "width" in picture) return draw(picture as CanvasImageSource);
  throw noPicture(picture);
}

function checkPixels(picture: RgbaPicture): RgbaPicture {
  const { width, height, data } = picture;
  const isWhole = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (isWhole && data.length === 4 * width * height) return picture;
  throw invalidOption(
    "picture",
    "width × height × 4 bytes of R, G, B and alpha",
    `${width}×${height} with ${data.length} bytes`,
  );
}

function isBytes(picture: unknown): picture is Blob | ArrayBuffer | Uint8Array {
  return picture instanceof Uint8Array || picture instanceof ArrayBuffer || picture instanceof Blob;
}

async function decode(file: Blob | ArrayBuffer | Uint8Array): Promise<RgbaPicture> {
  if (typeof createImageBitmap !== "function") return decodeInNode(file);
  const blob = file instanceof Blob ? file : new Blob([file as BlobPart]);
  const bitmap = await createImageBitmap(blob).catch((cause: unknown) => {
    throw damaged(cause);
  });
  try {
    return draw(bitmap);
  } finally {
    bitmap.close();
  }
}

function draw(source: CanvasImageSource): RgbaPicture {
  const { width, height } = source as { readonly width: number; readonly height: number };
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
  context.drawImage(source, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/** What is used of sharp. */
type Sharp = (bytes: Uint8Array) => {
  rotate(): ReturnType<Sharp>;
  ensureAlpha(): ReturnType<Sharp>;
  toColourspace(name: string): ReturnType<Sharp>;
  raw(): ReturnType<Sharp>;
  toBuffer(options: { resolveWithObject: true }): Promise<{
    readonly data: Uint8Array;
    readonly info: { readonly width: number; readonly height: number };
  }>;
};

async function decodeInNode(file: Blob | ArrayBuffer | Uint8Array): Promise<RgbaPicture> {
  // no dependency: who has pixels needs none
  const name = "sharp";
  const { default: sharp } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name).catch(
    (cause: unknown) => {
      throw new TatamiError({
        code: "missing-package",
        message: "Picture files are decoded by sharp in Node, and it is not installed.",
        fix: "Install it (npm install sharp), or pass pixels: { width, height, data }.",
        cause,
      });
    },
  )) as { default: Sharp };
  const bytes = new Uint8Array(file instanceof Blob ? await file.arrayBuffer() : file);
  const { data, info } = await sharp(bytes)
    // as cameras say that it is held
    .rotate()
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw damaged(cause);
    });
  return { width: info.width, height: info.height, data };
}

function damaged(cause: unknown): TatamiError<"damaged-input"> {
  return new TatamiError({
    code: "damaged-input",
    message: `The picture cannot be decoded: ${(cause as Error).message}.`,
    fix: "Give a whole picture file: PNG, JPEG, WebP or AVIF.",
    cause,
  });
}

function noPicture(given: unknown): TatamiError<"invalid-option"> {
  return invalidOption(
    "picture",
    "pixels, something that can be drawn, or a picture file's bytes",
    given,
    "Pass an ImageData, an ImageBitmap, a canvas, or the bytes of a PNG, JPEG, WebP or AVIF file.",
  );
}
