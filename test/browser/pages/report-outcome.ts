/** What became of a file that a page upscaled, as a test can take it out of the page. */

import { frameLedger, TatamiError } from "@tatami/core";
import type { UpscaleReport } from "@tatami/upscale";

/** A report and the file, or an error. */
export interface PageOutcome<Report> {
  readonly report?: Report;
  /** The output, in base64. */
  readonly output?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly fix: string };
  /** Frames that nobody has closed. */
  readonly openFrames: number;
}

/** Waits for the end of a job, whichever it is. */
export async function reportOutcome(
  job: Promise<UpscaleReport>,
): Promise<PageOutcome<Omit<UpscaleReport, "blob">>> {
  try {
    const { blob, ...report } = await job;
    return { report, output: await toBase64(blob!), openFrames: frameLedger.open };
  } catch (error) {
    const { code, message, fix } = TatamiError.is(error)
      ? error
      : { code: "crashed", message: String(error), fix: "" };
    return { error: { code, message, fix }, openFrames: frameLedger.open };
  }
}

function toBase64(blob: Blob): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result).replace(/^[^,]*,/, "")));
    reader.readAsDataURL(blob);
  });
}
