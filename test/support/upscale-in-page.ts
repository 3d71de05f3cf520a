/** What becomes of any file in a page with two drivers: the rows of `npm run table:browser`. */

import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { UpscaledInPage } from "../browser/pages/ffmpeg-core-table/main.ts";
import type { Outcome } from "./awkward.ts";
import { judgeOutput } from "./judge-output.ts";
import type { ServedPage } from "./served-page.ts";

/** Upscales one file in the page and judges the output, which is left in `folder`. */
export async function outcomeInPage(
  served: ServedPage,
  input: string,
  options: { readonly folder: string; readonly first: "mediabunny" | "ffmpeg" },
): Promise<Outcome> {
  const file = basename(input);
  const began = performance.now();
  await served.page.setInputFiles("#file", input);
  const { report, output, error, openFrames } = await served.call<UpscaledInPage>(
    "upscaleFile",
    options.first,
  );
  const seconds = (performance.now() - began) / 1000;
  const row = (result: string, detail: string, valid: boolean, driver = ""): Outcome => ({
    file,
    driver,
    result,
    detail,
    seconds,
    valid: valid && openFrames === 0,
  });
  if (error) return row(error.code, error.message, error.fix !== "");
  const path = join(options.folder, `${file}.mp4`);
  await writeFile(path, Buffer.from(output!, "base64"));
  const { detail, valid } = await judgeOutput(input, path, report!);
  const before = report!.rejected.find(({ candidate }) => candidate === "mediabunny");
  const driver = before ? `${report!.driver} (${before.error.code})` : report!.driver;
  return row(report!.damaged.length > 0 ? "damaged" : "ok", detail, valid, driver);
}
