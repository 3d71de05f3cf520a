/** A result, whole or in part: RFC 9110, sections 13 and 14. */

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { Fault } from "../fault.ts";
import type { FoundJob } from "../jobs/jobs.ts";
import type { Asker } from "./guard.ts";

/** @throws Fault `result-not-ready`, or the job's own error */
export async function sendResult(
  { view, result: path }: FoundJob,
  header: Asker,
  isHead: boolean,
): Promise<Response> {
  const { result, error } = view;
  if (error) throw new Fault(error);
  if (!result) throw notReady();
  const { size, mtimeMs } = await stat(path);
  const etag = `"${size.toString(16)}-${Math.floor(mtimeMs).toString(16)}"`;
  const headers: Record<string, string> = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, no-cache",
    "Content-Disposition": disposition(result.name),
    "Content-Type": result.type,
    ETag: etag,
    "X-Content-Type-Options": "nosniff",
  };
  if (
    header("if-none-match")
      ?.split(/\s*,\s*/)
      .includes(etag)
  )
    return new Response(null, { status: 304, headers });
  const asked = header("if-range") ?? etag;
  const range = asked === etag ? parseRange(header("range"), size) : undefined;
  const { start, end } = range ?? { start: 0, end: size - 1 };
  if (range) headers["Content-Range"] = `bytes ${start}-${end}/${size}`;
  headers["Content-Length"] = String(end - start + 1);
  const body = isHead ? null : (Readable.toWeb(createReadStream(path, { start, end })) as ReadableStream);
  return new Response(body, { status: range ? 206 : 200, headers });
}

/**
 * One range of bytes; nothing where all is to be sent: without a range, of several, and of what is not understood.
 *
 * @throws Fault `range-not-satisfiable` where none of its bytes are there
 */
function parseRange(
  text: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/i.exec(text ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  if (start <= end) return { start, end };
  throw new Fault({
    code: "range-not-satisfiable",
    message: `The result has ${size} bytes, and none of those that were asked for.`,
    fix: "Ask for a range within it.",
  });
}

/** RFC 6266: a plain name for all, and the real one for who knows it. */
function disposition(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, "_");
  const real = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${real}`;
}

function notReady(): Fault {
  return new Fault({
    code: "result-not-ready",
    message: "The job is not done.",
    fix: "Wait for its end: GET /jobs/ID/events tells when it comes.",
  });
}
