/** A request for a job: a file in a form, a file as the body, or a URL. What comes in goes to the disk as it comes. */

import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import type { Readable } from "node:stream";
import { Fault } from "../fault.ts";
import type { JobView } from "../jobs/job.ts";
import type { Jobs } from "../jobs/jobs.ts";
import { plainName } from "../jobs/store.ts";
import type { Arrival, Store } from "../jobs/store.ts";
import type { ResolvedServe } from "../options.ts";
import { checkUrl } from "../source/allowed-hosts.ts";
import { checkHead } from "../source/check-head.ts";
import { tooLarge, writeSource } from "../source/write-source.ts";
import { malformed, receiveForm } from "./receive-form.ts";
import type { Checker } from "./schemas.ts";

/** What requests are received with. */
export interface ReceiveInit {
  readonly jobs: Jobs;
  readonly store: Store;
  readonly checker: Checker;
  readonly options: ResolvedServe;
}

/** Bytes of a request without a file, at most. */
const mostJson = 65_536;

/**
 * Takes on a job. Whatever goes wrong, and whoever leaves in the middle, nothing stays of it.
 *
 * @param query what stands after the question mark: options, and the file's name
 * @throws Fault
 */
export async function receiveJob(
  incoming: IncomingMessage,
  query: Readonly<Record<string, string>>,
  init: ReceiveInit,
): Promise<JobView> {
  const { jobs, store, checker, options } = init;
  using _place = jobs.reserve();
  const { "content-type": given = "application/octet-stream", "content-encoding": coding } = incoming.headers;
  const type = given.split(";")[0]!.trim().toLowerCase();
  if (coding !== undefined && coding !== "identity") throw unsupported(`compressed as ${coding}`);
  const body = bodyOf(incoming);
  if (type === "application/json") return await receiveUrl(body, init);
  if (Number(incoming.headers["content-length"] ?? 0) > options.maxUpload + mostJson)
    throw tooLarge(options.maxUpload);
  await using arrival = await store.receive();
  if (type === "multipart/form-data") {
    const form = await receiveForm(given, body, {
      pathOf: (name) => arrival.pathOf(plainName(name)),
      networkPath: arrival.networkPath,
      maxBytes: options.maxUpload,
    });
    const asked = checker.options({ ...query, ...form.fields });
    await checkHead(form.path);
    if (form.network !== undefined && asked.model !== undefined)
      throw malformed("The form brings a network, and names a model too.");
    const network = form.network === undefined ? {} : { network: plainName(form.network) };
    return await jobs.take(arrival, { name: plainName(form.name), ...network, options: asked });
  }
  if (
    !/^(application\/(octet-stream|mp4|x-matroska|ogg|mxf)|binary\/octet-stream|video\/[\w.+-]+|image\/gif)$/.test(
      type,
    )
  )
    throw unsupported(`of the type ${type.slice(0, 100)}`);
  return await receiveBody(body, query, arrival, init);
}

/**
 * The body as a stream of its own: one that is destroyed since it is not wanted would take the connection with it, and the
 * answer that says why.
 */
function bodyOf(incoming: IncomingMessage): Readable {
  const body = new PassThrough();
  incoming.on("close", () => {
    if (!incoming.complete) body.destroy(new Error("The client is gone."));
  });
  // who reads it is told
  body.on("error", () => {});
  return incoming.pipe(body);
}

async function receiveBody(
  body: Readable,
  { name: given = "video", ...values }: Readonly<Record<string, string>>,
  arrival: Arrival,
  { jobs, checker, options: { maxUpload } }: ReceiveInit,
): Promise<JobView> {
  const name = plainName(given);
  const asked = checker.options(values);
  const path = arrival.pathOf(name);
  const bytes = await writeSource(body, path, { maxBytes: maxUpload });
  if (bytes === 0) throw malformed("The body is empty.");
  await checkHead(path);
  return await jobs.take(arrival, { name, options: asked });
}

async function receiveUrl(
  body: Readable,
  { jobs, store, checker, options: { allowedHosts } }: ReceiveInit,
): Promise<JobView> {
  const { url: given, name, options = {} } = checker.urlJob(await readJson(body));
  const url = checkUrl(given, allowedHosts);
  await using arrival = await store.receive();
  return await jobs.take(arrival, { name: plainName(name ?? lastOf(url)), options, url: url.href });
}

async function readJson(body: Readable): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostJson) throw tooLarge(mostJson);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw malformed("The body is no JSON.");
  }
}

/** The name that a URL ends in. */
function lastOf({ pathname, hostname }: URL): string {
  const last = pathname.split("/").at(-1) || hostname;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

function unsupported(what: string): Fault {
  return new Fault({
    code: "unsupported-body",
    message: `The body is ${what}, which is not taken.`,
    fix: "Send the file as application/octet-stream or in a form (multipart/form-data), or its URL as application/json.",
  });
}
