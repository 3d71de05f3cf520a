/** Finds the driver that can read an input. */

import { defaultDrivers } from "#default-drivers";
import type { CodecDriver, MediaInput, OpenedMedia, OpenOptions } from "@tatami/core";
import { openFirst } from "@tatami/core";

export type { OpenedMedia } from "@tatami/core";

/**
 * Opens `input` with the first driver that takes it, of those given or of the environment's own.
 *
 * @throws TatamiError of the driver that came furthest when none does.
 */
export async function openMedia(
  input: MediaInput,
  drivers: readonly CodecDriver[] | undefined,
  options: OpenOptions,
): Promise<OpenedMedia> {
  return openFirst(drivers ?? (await defaultDrivers()), input, options);
}
