/** A form with a file in it (RFC 7578), as it comes in. */

import { pipeline } from "node:stream/promises";
import type { Readable } from "node:stream";
import { Busboy } from "@fastify/busboy";
import { Fault } from "../fault.ts";
import { writeSource } from "../source/write-source.ts";
import { malformed } from "./receive.ts";

/** A form that came in. */
export interface ReceivedForm {
  /** Of the file, as its sender calls it. */
  readonly name: string;
  readonly path: string;
  /** The other fields. */
  readonly fields: Readonly<Record<string, string>>;
}

const limits = { files: 2, fields: 50, parts: 52, fieldSize: 2000, fieldNameSize: 100, headerPairs: 50 };

/**
 * @param type the content's, with what stands between the fields
 * @throws Fault for a form that is cut off or is none, without a file or with two, and for a file that is too large
 */
export async function receiveForm(
  type: string,
  body: Readable,
  { pathOf, maxBytes }: { readonly pathOf: (name: string) => string; readonly maxBytes: number },
): Promise<ReceivedForm> {
  const parser = openParser(type);
  const stop = new AbortController();
  const fields: Record<string, string> = {};
  let file: { readonly name: string; readonly path: string; readonly written: Promise<number> } | undefined;
  const fail = (fault: unknown): void => void parser.destroy(fault as Error);
  parser.on("file", (field: string, stream: Readable, name: string | undefined) => {
    if (field !== "file" || file) {
      // heard of by who waits for the form
      stream.on("error", () => {}).resume();
      fail(
        malformed(file ? "The form holds more than one file." : "The form's file is not in its field file."),
      );
      return;
    }
    const path = pathOf(name ?? "video");
    const written = writeSource(stream, path, { maxBytes, signal: stop.signal });
    file = { name: name ?? "video", path, written };
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
    await file?.written.catch(() => undefined);
    throw error instanceof Fault || isOfSystem(error) ? error : malformed("The form is cut off, or is none.");
  }
  if (!file) throw malformed("The form holds no file.");
  const { name, path, written } = file;
  if ((await written) === 0) throw malformed("The file is empty.");
  return { name, path, fields };
}

function openParser(type: string): InstanceType<typeof Busboy> {
  try {
    return new Busboy({ headers: { "content-type": type }, limits });
  } catch {
    throw malformed("The form does not say what stands between its fields.");
  }
}

/** What the disk refuses. */
function isOfSystem(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && "path" in error;
}
