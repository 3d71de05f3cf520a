/** Whether an error is right: a file that ffprobe decodes may be refused for few reasons, each of which ffprobe sees too. */

import type { FileFacts } from "./facts.ts";

/** A verdict on a refusal. */
export interface RefusalJudgement {
  readonly valid: boolean;
  /** What ffprobe could do with the file. */
  readonly detail: string;
}

/** Judges an error's code against what ffprobe says of the input. */
export function judgeRefusal(input: FileFacts, code: string): RefusalJudgement {
  const { picture, complaints } = input;
  const [complaint] = complaints;
  if (!picture) {
    // encrypted is what is encrypted, and not what merely cannot be read
    return {
      valid: true,
      detail: `ffprobe decodes nothing${complaint === undefined ? "" : ` (${complaint})`}`,
    };
  }
  const reason = {
    "unsupported-feature": isDeepOrHdr(picture.pixelFormat, picture.color.get("transfer")),
    "damaged-input": complaints.length > 0,
  }[code];
  const frames = `ffprobe decodes ${picture.times.length} frames`;
  return { valid: reason === true, detail: complaint === undefined ? frames : `${frames} (${complaint})` };
}

function isDeepOrHdr(pixelFormat: string, transfer: string | undefined): boolean {
  return /(9|10|12|14|16)(le|be)$|^p0(10|12|16)/.test(pixelFormat) || /2084|b67/.test(transfer ?? "");
}
