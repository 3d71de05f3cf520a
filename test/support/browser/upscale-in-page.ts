/** What becomes of any file in a page with two drivers: the rows of `npm run table:browser`. */

import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { UpscaledInPage } from "../../browser/pages/ffmpeg-core-table/main.ts";
import type { Outcome } from "../awkward.ts";
import { containerFor, judgeReport, rowWithout } from "../awkward.ts";
import { readFacts } from "../judge/judge-output.ts";
import { judgeRefusal } from "../judge/judge-refusal.ts";
import type { ServedPage } from "./served-page.ts";

/** Upscales one file in the page and judges the output, which is left in `folder`. */
export async function outcomeInPage(
  served: ServedPage,
  input: string,
  options: { readonly folder: string; readonly first: "mediabunny" | "ffmpeg" },
): Promise<Outcome> {
  const file = basename(input);
  const container = containerFor(input);
  const began = performance.now();
  await served.page.setInputFiles("#file", input);
  const { report, output, error, openFrames } = await served.call<UpscaledInPage>("upscaleFile", {
    first: options.first,
    container,
  });
  const seconds = (performance.now() - began) / 1000;
  const leaked = openFrames === 0 ? "" : `${openFrames} frames are left open; `;
  if (error) {
    const { valid, detail } = judgeRefusal(await readFacts(input), error.code);
    return rowWithout(file, {
      result: error.code,
      detail: `${leaked}${error.message}; ${detail}`,
      seconds,
      valid: valid && error.fix !== "" && leaked === "",
    });
  }
  const path = join(options.folder, `${file}.${container}`);
  await writeFile(path, Buffer.from(output!, "base64"));
  const judged = await judgeReport(await readFacts(input), path, report!);
  return {
    ...judged,
    file,
    seconds,
    detail: leaked + judged.detail,
    valid: judged.valid && leaked === "",
  };
}
