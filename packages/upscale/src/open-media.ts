/** Finds the driver that can read an input. */

import { defaultDriver } from "#default-driver";
import type {
  CodecDriver,
  CodecDriverName,
  MediaInput,
  MediaReader,
  OpenOptions,
  Rejection,
} from "@tatami/core";
import { TatamiError, throwIfAborted } from "@tatami/core";

/** An opened input, and how it came to be opened. Dispose of the reader. */
export interface OpenedMedia {
  readonly driver: CodecDriver;
  readonly reader: MediaReader;
  readonly rejected: readonly Rejection<CodecDriverName>[];
}

/**
 * Opens `input` with the first driver that takes it.
 *
 * @throws TatamiError of the first driver when none does: the drivers after it are second choices.
 */
export async function openMedia(
  input: MediaInput,
  drivers: readonly CodecDriver[] | undefined,
  options: OpenOptions,
): Promise<OpenedMedia> {
  const rejected: Rejection<CodecDriverName>[] = [];
  for (const driver of drivers ?? [await defaultDriver()]) {
    try {
      return { driver, reader: await driver.open(input, options), rejected };
    } catch (error) {
      throwIfAborted(options.signal);
      if (!TatamiError.is(error)) throw error;
      rejected.push({ candidate: driver.name, error });
    }
  }
  throw rejected[0]!.error;
}
