/** A file path as a source, or the reason it cannot be one. */

import { open, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { TatamiError } from "@tatami/core";
import { FilePathSource } from "mediabunny";
import { emptyInput } from "../mediabunny/input-source.ts";
import type { OpenSource } from "../mediabunny/input-source.ts";
import { isRemote } from "./ffmpeg/address.ts";
import { isPicturePattern } from "./ffmpeg/numbered-pictures.ts";

/**
 * @throws TatamiError `input-not-found`, or `unsupported-container` for a folder, an empty file, and what is no file:
 * an address, standard input, a pattern of numbered pictures.
 */
export async function openFile(pathOrUrl: string | URL): Promise<OpenSource> {
  const path = typeof pathOrUrl === "string" ? pathOrUrl : fileURLToPath(pathOrUrl);
  if (path === "-" || isRemote(path)) throw needsFfmpeg(path);
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" && isPicturePattern(path)) throw needsFfmpeg(path);
    throw new TatamiError({
      code: "input-not-found",
      message: `${JSON.stringify(path)} cannot be opened (${error.code ?? error.message}).`,
      fix: error.code === "EACCES" ? "Make the file readable first." : "Check the spelling of the path.",
      detail: { path },
      cause: error,
    });
  });
  if (!found.isFile()) {
    throw new TatamiError({
      code: "unsupported-container",
      message: `${JSON.stringify(path)} is ${found.isDirectory() ? "a folder" : "not a regular file"}.`,
      fix: "Give the path of a video file; several files are given one by one or as a glob.",
      detail: { path },
    });
  }
  if (found.size === 0) throw emptyInput(path);
  return {
    source: new FilePathSource(path),
    bytes: { size: found.size, read: (start, end) => readRange(path, start, end) },
  };
}

function needsFfmpeg(path: string): TatamiError<"unsupported-container"> {
  return new TatamiError({
    code: "unsupported-container",
    message: `${JSON.stringify(path)} is not the path of one file.`,
    fix: "Let FFmpeg open addresses, standard input and numbered pictures: ffmpegNodeDriver() of @tatami/codecs/node.",
    detail: { path },
  });
}

async function readRange(path: string, start: number, end: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(end - start), 0, end - start, start);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
