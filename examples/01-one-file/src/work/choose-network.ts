/** "Automatic": what a file is enlarged with where nobody says so. */

import { pageDrivers } from "@tatami/example-parts/page-drivers";
import type { ModelChoice } from "@tatami/graph";
import { plan } from "@tatami/upscale";
import { chooseModel } from "@tatami/zoo";
import type { Choice } from "./protocol.ts";

/** Looks at some of a file's frames and decides. @param scale how many times wider and higher the picture shall become */
export const chooseNetwork = async (file: File, scale: 2 | 4, signal: AbortSignal): Promise<Choice> => {
  const chooser = chooseModel({ scale });
  let made: ModelChoice | undefined;
  const choose: typeof chooser.choose = async (reading, stop) => (made = await chooser.choose(reading, stop));
  try {
    await plan(file, { model: { scale, choose }, codecs: pageDrivers(), toSdr: true, signal });
  } catch (error) {
    // what the file is enlarged with is known before it is known whether a file can be written here
    if (made === undefined) throw error;
  }
  const { strength, denoise, reuse, sentence } = made!;
  return { network: { kind: "shipped", name: `m5-x${scale}`, denoise }, strength, reuse, sentence };
};
