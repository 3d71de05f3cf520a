/**
 * Objects of S3 and of what speaks like it, with credentials that come from the environment alone: `AWS_ACCESS_KEY_ID`,
 * `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_REGION`, and for other servers `AWS_ENDPOINT_URL`.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */

import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { AwsClient } from "aws4fetch";
import { invalidOption, TatamiError, throwIfAborted } from "@tatami/core";

/** What is known of an object. */
export interface S3Object {
  /** Bytes. */
  readonly size: number;
  /** Another one for other bytes. */
  readonly etag: string;
}

/** Operations on objects, by their addresses. All throw TatamiError `connection-lost`, and `input-not-found` or `output-failed`. */
export interface S3 {
  /** Nothing where there is no such object. */
  look(url: string): Promise<S3Object | undefined>;
  /** Bytes from `start` to before `end`, as long as the object is the one that was looked at. */
  read(url: string, start: number, end: number, etag: string): Promise<Uint8Array>;
  /** Writes an object to a file. @returns whether there is one */
  download(url: string, path: string): Promise<boolean>;
  /** Makes an object of a file; of a large one in parts, of which nothing stays if one fails. */
  upload(path: string, url: string): Promise<void>;
  /** Last names of the objects whose addresses begin so, as XML writes them. */
  list(prefix: string): Promise<readonly string[]>;
  remove(url: string): Promise<void>;
}

/** Bytes of a part of a large object; S3 takes 10,000 of them. */
const partBytes = 16 * 2 ** 20;
const mostParts = 10_000;
/** Parts on their way at once. */
const atOnce = 3;

/** Whether a path is an object's address, `s3://BUCKET/KEY`. */
export function isS3(path: string): boolean {
  return path.startsWith("s3://");
}

/** @throws TatamiError `invalid-option` */
export function parseS3(url: string): { readonly bucket: string; readonly key: string } {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.*[^/])$/s.exec(url) ?? [];
  if (bucket === undefined || key === undefined)
    throw invalidOption("paths", "s3://BUCKET/KEY where they begin with s3://", url);
  return { bucket, key };
}

/**
 * Opens S3.
 *
 * @param signal ends what is under way, with its reason
 * @throws TatamiError `missing-package` without aws4fetch; `unsupported-environment` without credentials
 */
export async function openS3(signal?: AbortSignal): Promise<S3> {
  const { client, endpoint } = await connect();
  const request: Request_ = async (url, { query = "", ...init } = {}) => {
    const { bucket, key } = parseS3(url);
    const place = key.split("/").map(encodeURIComponent).join("/");
    const address = query.startsWith("?list") ? `${endpoint}/${bucket}` : `${endpoint}/${bucket}/${place}`;
    try {
      return await client.fetch(`${address}${query}`, { ...init, ...(signal && { signal }) });
    } catch (error) {
      throwIfAborted(signal);
      throw unreachable(endpoint, error);
    }
  };
  return {
    ...createReading(request, signal),
    upload: (path, url) => upload(request, path, url),
    remove: async (url) => {
      await check(await request(url, { method: "DELETE" }), url, "output-failed");
    },
  };
}

type Request_ = (
  url: string,
  init?: {
    method?: string;
    query?: string;
    headers?: Record<string, string>;
    body?: Uint8Array<ArrayBuffer> | string;
  },
) => Promise<Response>;

async function connect(): Promise<{ readonly client: AwsClient; readonly endpoint: string }> {
  const { AwsClient } = await import("aws4fetch").catch((cause: unknown) => {
    throw new TatamiError({
      code: "missing-package",
      message: "Objects of S3 need the package aws4fetch, which is not installed.",
      fix: "Install it: npm install aws4fetch.",
      cause,
    });
  });
  const { env } = process;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey) {
    throw new TatamiError({
      code: "unsupported-environment",
      message: "Objects of S3 need credentials, which are not in the environment of this process.",
      fix: "Set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, and AWS_ENDPOINT_URL for a server that is not Amazon's; on workers, too.",
    });
  }
  const region = env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"] ?? "us-east-1";
  const endpoint =
    env["AWS_ENDPOINT_URL_S3"] ?? env["AWS_ENDPOINT_URL"] ?? `https://s3.${region}.amazonaws.com`;
  const sessionToken = env["AWS_SESSION_TOKEN"];
  const own = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  return {
    client: new AwsClient({ ...own, service: "s3", region, retries: 5 }),
    endpoint: endpoint.replace(/\/+$/, ""),
  };
}

function createReading(
  request: Request_,
  signal: AbortSignal | undefined,
): Pick<S3, "look" | "read" | "download" | "list"> {
  return {
    async look(url) {
      const response = await request(url, { method: "HEAD" });
      if (response.status === 404) return undefined;
      await check(response, url, "input-not-found");
      const { headers } = response;
      return { size: Number(headers.get("content-length")), etag: headers.get("etag") ?? "" };
    },
    async read(url, start, end, etag) {
      const headers = { range: `bytes=${start}-${end - 1}`, "if-match": etag };
      const response = await check(await request(url, { method: "GET", headers }), url, "input-not-found");
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (response.status === 206 && bytes.length === end - start) return bytes;
      throw refused(url, "it does not give parts of objects", "input-not-found");
    },
    async download(url, path) {
      const response = await request(url, { method: "GET" });
      if (response.status === 404) {
        await response.body?.cancel();
        return false;
      }
      const { body } = await check(response, url, "input-not-found");
      const bytes = body
        ? Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0])
        : Readable.from([]);
      await pipeline(bytes, createWriteStream(path), { ...(signal && { signal }) });
      return true;
    },
    async list(prefix) {
      const { key } = parseS3(`${prefix}x`);
      const names: string[] = [];
      for (let next = ""; ;) {
        const query = `?list-type=2&prefix=${encodeURIComponent(key.slice(0, -1))}${next}`;
        const text = await (
          await check(await request(`${prefix}x`, { query }), prefix, "input-not-found")
        ).text();
        for (const [, found = ""] of text.matchAll(/<Key>([^<]*)<\/Key>/g))
          names.push(found.split("/").at(-1)!);
        const [, token] = /<NextContinuationToken>([^<]*)</.exec(text) ?? [];
        if (token === undefined) return names;
        next = `&continuation-token=${encodeURIComponent(token)}`;
      }
    },
  };
}

async function upload(request: Request_, path: string, url: string): Promise<void> {
  await using file = await open(path);
  const { size } = await file.stat();
  const step = Math.max(partBytes, Math.ceil(size / mostParts));
  const read = async (at: number): Promise<Uint8Array<ArrayBuffer>> => {
    const length = Math.min(step, size - at);
    const { buffer } = await file.read(new Uint8Array(length), 0, length, at);
    return buffer;
  };
  const put = async (query: string, at: number): Promise<string> => {
    const response = await request(url, { method: "PUT", query, body: await read(at) });
    return (await check(response, url, "output-failed")).headers.get("etag") ?? "";
  };
  if (size <= step) {
    await put("", 0);
    return;
  }
  const begun = await check(await request(url, { method: "POST", query: "?uploads=" }), url, "output-failed");
  const [, id = ""] = /<UploadId>([^<]*)</.exec(await begun.text()) ?? [];
  const whole = `?uploadId=${encodeURIComponent(id)}`;
  try {
    const etags = Array.from<string>({ length: Math.ceil(size / step) });
    const left = [...etags.keys()];
    const work = async (): Promise<void> => {
      for (let part = left.shift(); part !== undefined; part = left.shift())
        etags[part] = await put(`?partNumber=${part + 1}&uploadId=${encodeURIComponent(id)}`, part * step);
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    const parts = etags.map(
      (etag, part) => `<Part><PartNumber>${part + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
    );
    const body = `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
    const ended = await check(
      await request(url, { method: "POST", query: whole, body }),
      url,
      "output-failed",
    );
    // what fails after a first sign of life still has the status of success
    const [, code] = /<Error>.*<Code>(\w+)<\/Code>/s.exec(await ended.text()) ?? [];
    if (code !== undefined) throw refused(url, code, "output-failed");
  } catch (error) {
    await request(url, { method: "DELETE", query: whole }).catch(() => undefined);
    throw error;
  }
}

/** Answers hold the key's name and more: nothing of them is kept but the code. */
async function check(
  response: Response,
  url: string,
  code: "input-not-found" | "output-failed",
): Promise<Response> {
  if (response.ok) return response;
  const text = await response.text().catch(() => "");
  const [, why = `status ${response.status}`] = /<Code>(\w+)<\/Code>/.exec(text) ?? [];
  if (response.status >= 500) throw unreachable(new URL(response.url).host, { code: why });
  throw refused(url, why, code);
}

function refused(url: string, why: string, code: "input-not-found" | "output-failed"): TatamiError {
  return new TatamiError({
    code,
    message: `S3 refuses ${code === "output-failed" ? "to write" : "to read"} ${url} (${why}).`,
    fix: "Check the address, and what the credentials in AWS_ACCESS_KEY_ID may do.",
  });
}

function unreachable(where: string, cause: unknown): TatamiError<"connection-lost"> {
  const from = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = typeof from === "object" && from !== null && "code" in from ? String(from.code) : "no answer";
  return new TatamiError({
    code: "connection-lost",
    message: `S3 at ${where} cannot be reached (${code}).`,
    fix: "Check the network, and AWS_ENDPOINT_URL and AWS_REGION.",
  });
}
