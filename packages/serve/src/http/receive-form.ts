/** A form with a file in it (RFC 7578), as it comes in. */

import { pipeline } from "node:stream/promises";
import type { Readable } from "node:stream";
import { Busboy } from "@fastify/busboy";
import { Fault } from "../fault.ts";
import { writeSource } from "../source/write-source.ts";

/** A form that came in. */
export interface ReceivedForm {
  /** Of the file, as its sender calls it. */
  readonly name: string;
  readonly path: string;
  /** Of the network beside it, where there is one. */
  readonly network?: string;
  /** The other fields. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Bytes of a network at most: the largest that ship have half a megabyte. */
const mostNetwork = 64 * 2 ** 20;

const limits = { files: 2, fields: 50, parts: 52, fieldSize: 2000, fieldNameSize: 100, headerPairs: 50 };

/** Where what comes in goes. */
export interface FormPlaces {
  readonly pathOf: (name: string) => string;
  readonly networkPath: string;
  /** Of the file. */
  readonly maxBytes: number;
}

interface Incoming {
  readonly name: string;
  readonly path: string;
  readonly written: Promise<number>;
}

/**
 * @param type the content's, with what stands between the fields
 * @throws Fault for a form that is cut off or is none, without a file or with two, and for a file that is too large
 */
export async function receiveForm(
  type: string,
  body: Readable,
  { pathOf, networkPath, maxBytes }: FormPlaces,
): Promise<ReceivedForm> {
  const parser = openParser(type);
  const stop = new AbortController();
  const fields: Record<string, string> = {};
  const parts: { file?: Incoming; network?: Incoming } = {};
  const fail = (fault: unknown): void => void parser.destroy(fault as Error);
  parser.on("file", (field: string, stream: Readable, name: string | undefined) => {
    if (field === "network" && !parts.network) {
      const written = writeSource(stream, networkPath, { maxBytes: mostNetwork, signal: stop.signal });
      parts.network = { name: name ?? "network.onnx", path: networkPath, written };
      written.catch(fail);
      return;
    }
    if (field !== "file" || parts.file) {
      // heard of by who waits for the form
      stream.on("error", () => {}).resume();
      fail(
        malformed(
          parts.file ? "The form holds more than one file." : "The form's file is not in its field file.",
        ),
      );
      return;
    }
    const path = pathOf(name ?? "video");
    const written = writeSource(stream, path, { maxBytes, signal: stop.signal });
    parts.file = { name: name ?? "video", path, written };
    written.catch(fail);
  });
  parser.on("field", (name: string, value: string, isNameCut: boolean, isCut: boolean) => {
    if (isNameCut || isCut) fail(malformed("A field of the form is too long."));
    else fields[name] = value;
  });
  for (const limit of ["partsLimit", "filesLimit", "fieldsLimit"] as const)
    parser.on(limit, () => fail(malformed("The form has too many fields.")));
  try {
    await pipeline(body, parser);
  } catch (error) {
    stop.abort();
    for (const each of [parts.file, parts.network]) await each?.written.catch(() => undefined);
    throw error instanceof Fault || isOfSystem(error) ? error : malformed("The form is cut off, or is none.");
  }
  const { file, network } = parts;
  if (!file) throw malformed("The form holds no file.");
  const { name, path, written } = file;
  if ((await written) === 0) throw malformed("The file is empty.");
  if (!network) return { name, path, fields };
  if ((await network.written) === 0) throw malformed("The network is empty.");
  return { name, path, network: network.name, fields };
}

function openParser(type: string): InstanceType<typeof Busboy> {
  try {
    return new Busboy({ headers: { "content-type": type }, limits });
  } catch {
    throw malformed("The form does not say what stands between its fields.");
  }
}

/** The error of a request that is not as it should be. */
export function malformed(message: string): Fault {
  return new Fault({
    code: "malformed-request",
    message,
    fix: "Send the file as the body, or in a form's field called file, or its URL as JSON: see /openapi.json.",
  });
}

/** What the disk refuses. */
function isOfSystem(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && "path" in error;
}
