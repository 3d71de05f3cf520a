/** What an input is for FFmpeg: a file, numbered pictures, an address, or bytes handed to it. */

import { open, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { MediaInput, OpenOptions } from "@tatami/core";
import { checkNumber, invalidOption, TatamiError } from "@tatami/core";
import { emptyInput } from "../../driver/explain-error.ts";
import { inputNotFound } from "./errors.ts";
import { findNumberedPictures, isPicturePattern } from "./numbered-pictures.ts";

/** What FFmpeg is asked to open. */
export interface Address {
  /** For messages. */
  readonly name: string;
  /** FFmpeg's URL; empty when `bytes` are read instead. */
  readonly url: string;
  /** Bytes that FFmpeg asks for; absent when it opens the URL itself. */
  readonly bytes?: Blob | ReadableStream<Uint8Array> | NodeJS.ReadableStream;
  /** FFmpeg's name of the demuxer, where it must not guess. */
  readonly demuxer?: string;
  /** Options of the demuxer and of the protocol, in FFmpeg's words. */
  readonly options: Readonly<Record<string, string>>;
  /** Whether it can be opened again and read from anywhere. If not, all who read share one connection. */
  readonly seekable: boolean;
  /** Whether it is opened over a network. */
  readonly remote: boolean;
}

/**
 * Resolves what the caller gave. A string is a path, an address (`rtsp://…`), a pattern of numbered pictures
 * (`frames/%04d.png`, `frames/*.png`), or `-` for standard input.
 *
 * @throws TatamiError `input-not-found`, `invalid-option`, `unsupported-container` for a folder or an empty file,
 * `damaged-input` for numbered pictures with a number missing.
 */
export async function resolveAddress(input: MediaInput, options: OpenOptions): Promise<Address> {
  const frameRate = checkNumber("open.frameRate", options.frameRate ?? 25, 0.001, 1000);
  if (input instanceof URL)
    return input.protocol === "file:"
      ? resolvePath(fileURLToPath(input), frameRate)
      : resolveRemote(input.href);
  if (typeof input === "string") {
    if (input === "-") return fromBytes("standard input", process.stdin);
    return isRemote(input) ? resolveRemote(input) : resolvePath(input, frameRate);
  }
  if (input instanceof Blob) {
    if (input.size === 0) throw emptyInput("name" in input ? String(input.name) : undefined);
    return fromBytes("the input", input);
  }
  if (input instanceof ReadableStream) return fromBytes("the stream", input);
  if (input instanceof ArrayBuffer || ArrayBuffer.isView(input)) {
    if (input.byteLength === 0) throw emptyInput();
    return fromBytes("the input", new Blob([input as Uint8Array<ArrayBuffer>]));
  }
  throw invalidOption(
    "input",
    "a path, an address, a Blob, bytes or a stream of bytes",
    input,
    "Pass the path of a video file.",
  );
}

/** Whether a string is an address on a network rather than a path. */
function isRemote(text: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(text) && !/^file:/i.test(text);
}

function fromBytes(name: string, bytes: NonNullable<Address["bytes"]>): Address {
  return { name, url: "", bytes, options: {}, seekable: bytes instanceof Blob, remote: false };
}

function resolveRemote(url: string): Address {
  const scheme = url.slice(0, url.indexOf(":")).toLowerCase();
  // Over TCP nothing is lost on the way, and no port has to be open here.
  const options: Record<string, string> = scheme.startsWith("rtsp") ? { rtsp_transport: "tcp" } : {};
  return { name: withoutPassword(url), url, options, seekable: false, remote: true };
}

/** The address without its user and password, which have no place in messages. */
function withoutPassword(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1");
}

async function resolvePath(path: string, frameRate: number): Promise<Address> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) {
    if (found.code === "ENOENT" && isPicturePattern(path)) {
      const options = await findNumberedPictures(path, frameRate);
      return {
        name: JSON.stringify(path),
        url: path,
        demuxer: "image2",
        options,
        seekable: true,
        remote: false,
      };
    }
    throw inputNotFound(JSON.stringify(path), found.code ?? found.message, false);
  }
  if (!found.isFile()) {
    throw new TatamiError({
      code: "unsupported-container",
      message: `${JSON.stringify(path)} is ${found.isDirectory() ? "a folder" : "not a regular file"}.`,
      fix: "Give the path of a video file, or a pattern such as frames/%04d.png for numbered pictures.",
      detail: { path },
    });
  }
  if (found.size === 0) throw emptyInput(path);
  // FFmpeg says "invalid data" for a file it may not read as well.
  await (
    await open(path).catch((error: NodeJS.ErrnoException) => {
      throw inputNotFound(JSON.stringify(path), error.code ?? error.message, false);
    })
  ).close();
  // `file:` keeps a path such as `a:b.avi` from being taken for a protocol.
  return {
    name: JSON.stringify(path),
    url: `file:${path}`,
    options: {},
    seekable: true,
    remote: false,
  };
}
