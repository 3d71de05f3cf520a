/** Opens an input with the first of several drivers that can read it. */

import type { CodecDriver, CodecDriverName } from "./codec-driver.ts";
import type { MediaInput, MediaReader, OpenOptions } from "./reader.ts";
import { throwIfAborted } from "../errors/abort.ts";
import type { ErrorCode, Rejection } from "../errors/errors.ts";
import { TatamiError } from "../errors/errors.ts";

/** An opened input, and how it came to be opened. Dispose of the reader. */
export interface OpenedMedia {
  readonly driver: CodecDriver;
  readonly reader: MediaReader;
  readonly rejected: readonly Rejection<CodecDriverName>[];
  /** Drivers that were not asked, in order: they may read on where this one cannot. */
  readonly others: readonly CodecDriver[];
}

/** What another driver could not change. */
const isFinal: ReadonlySet<ErrorCode> = new Set(["input-not-found", "encrypted-input", "invalid-option"]);

/**
 * Opens `input` with the first driver that takes it.
 *
 * @throws TatamiError of the driver that came furthest when none does.
 */
export async function openFirst(
  drivers: readonly CodecDriver[],
  input: MediaInput,
  options: OpenOptions = {},
): Promise<OpenedMedia> {
  const rejected: Rejection<CodecDriverName>[] = [];
  for (const [index, driver] of drivers.entries()) {
    try {
      const reader = await driver.open(input, options);
      const others = isReadOnce(input) ? [] : drivers.slice(index + 1);
      const { incomplete } = reader;
      const more = incomplete && (await openMore(others, input, options));
      if (!incomplete || !more) return { driver, reader, rejected, others };
      await reader[Symbol.asyncDispose]();
      rejected.push({ candidate: driver.name, error: incomplete });
      return { ...more, rejected, others: others.filter((other) => other !== more.driver) };
    } catch (error) {
      throwIfAborted(options.signal);
      if (!TatamiError.is(error)) throw error;
      rejected.push({ candidate: driver.name, error });
      if (isFinal.has(error.code) || isReadOnce(input)) break;
    }
  }
  throw mostTelling(rejected.map(({ error }) => error));
}

/** The first of the others that reads all of an input of which one driver reads a part. */
async function openMore(
  others: readonly CodecDriver[],
  input: MediaInput,
  options: OpenOptions,
): Promise<Pick<OpenedMedia, "driver" | "reader"> | undefined> {
  for (const driver of others) {
    try {
      const reader = await driver.open(input, options);
      if (!reader.incomplete) return { driver, reader };
      await reader[Symbol.asyncDispose]();
    } catch (error) {
      throwIfAborted(options.signal);
      if (!TatamiError.is(error)) throw error;
    }
  }
  return undefined;
}

/** The error of the driver that came furthest, the first of them: what is no container to one may be damaged to the next. */
function mostTelling(errors: readonly TatamiError[]): TatamiError {
  const distance = ({ code }: TatamiError): number =>
    code === "unsupported-container" ? 0 : code === "unsupported-codec" ? 1 : 2;
  const furthest = Math.max(...errors.map(distance));
  return errors.find((error) => distance(error) === furthest)!;
}

/** A stream is gone once a driver has looked at it. */
function isReadOnce(input: MediaInput): boolean {
  return input instanceof ReadableStream;
}
