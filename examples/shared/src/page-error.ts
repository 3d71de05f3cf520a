/** Errors in the words of a page: what somebody who only sees the page can do about them. */

import type { ErrorCode, SerializedTatamiError } from "@tatami/core";
import { readable } from "./file/refuse-other-files.ts";

/** What is shown of an error. */
export type PageError = Pick<SerializedTatamiError, "code" | "message" | "fix">;

const again =
  "Load the page again and try once more. If it happens again, please report it with its details.";

/** What to do, by code, where what the library says is for those who write programs. */
const fixes: Partial<Readonly<Record<ErrorCode, string>>> = {
  "missing-package": "Check the connection, load the page again, and choose the file once more.",
  "input-not-found": "See that it is there and connected, and try again.",
  "unsupported-container": `Choose a video: ${readable}. If this is one, copy or download it again.`,
  "unsupported-codec":
    "Choose another format where the page offers one, or open the page in another browser, such as a current Chrome or Edge.",
  "damaged-input":
    "Copy or download the file again. If it stays damaged, only its intact part can be used: cut that out first.",
  "invalid-option": again,
  "invalid-model": again,
  "device-lost": again,
  "out-of-memory": "Close other tabs and programs, or choose a smaller or shorter video.",
  "queue-overflow": "Let frames be dropped when they come too fast, or choose a quicker model.",
  internal: again,
};

/** Options, packages and parts of programs: nothing that a page's reader could change. */
const forPrograms =
  /--\w|`|\b[a-z]+[A-Z]\w*|@\w+\/|\bencode\.|\b(codecs?|driver|npm|ffmpeg|Node|command line|option|bug)\b/;

/** The error with what to do about it in a page. */
export const explainInPage = ({ code, message, fix }: PageError): PageError => ({
  code,
  message: withoutCauses(message),
  fix: forPrograms.test(fix) ? (fixes[code] ?? again) : fix,
});

/** What decoders and browsers call a fault. */
const cause = /Failed|Invalid|Error|[a-z][A-Z]|NAL|0x|_/;

/** A sentence without what a decoder said in it, in brackets or behind a colon: that is for the details. */
export const withoutCauses = (message: string): string =>
  message
    .replace(/ \((?:[^()]|\([^()]*\))*\)/g, (said) => (cause.test(said) ? "" : said))
    .replace(/: [^:;]*(?=;|\.$)/g, (said) => (cause.test(said) ? "" : said))
    .replace("; 0 frames were read", "");
