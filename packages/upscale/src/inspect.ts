/** What a file holds, without doing anything to it. */

import type { CodecDriver, MediaDescription, MediaInput, OptionRules } from "@tatami/core";
import { checkByRules } from "@tatami/core";
import { openMedia } from "./files/open-media.ts";
import { upscaleRules } from "./option-rules.ts";

/** Options of {@link inspect}. */
export interface InspectOptions {
  /** Drivers tried in order. @defaultValue the environment's own */
  readonly codecs?: readonly CodecDriver[];
  readonly signal?: AbortSignal;
}

const rules: OptionRules<InspectOptions> = { codecs: upscaleRules.codecs, signal: upscaleRules.signal };

/** Describes a file's tracks; 10-bit and HDR ones too, which a browser does not upscale unless told to convert them. */
export async function inspect(input: MediaInput, options: InspectOptions = {}): Promise<MediaDescription> {
  const { codecs, signal } = checkByRules("options", options, rules);
  const { reader } = await openMedia(input, codecs, {
    toSdr: true,
    deinterlace: "off",
    ...(signal ? { signal } : {}),
  });
  await using opened = reader;
  return opened.description;
}
