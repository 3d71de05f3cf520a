/** Why a video is shown plain, or not at all, as an error with a fix. */

import { TatamiError } from "@tatami/core";

/** What the browser says of a video that it cannot play. */
export function explainMedia(error: MediaError | null): TatamiError {
  const why = error?.message ? `: ${error.message}` : "";
  if (error?.code === 2)
    return new TatamiError({
      code: "input-not-found",
      message: `The video stopped arriving${why}.`,
      fix: "Check the network and the address in src, and load it again.",
    });
  if (error?.code === 3)
    return new TatamiError({
      code: "damaged-input",
      message: `The video cannot be decoded${why}.`,
      fix: "Encode it anew, for instance as H.264 in MP4.",
    });
  return new TatamiError({
    code: "unsupported-container",
    message: `The video is not there, or of a kind that this browser does not play${why}.`,
    fix: "Check the address in src; give an MP4 with H.264, or a WebM.",
  });
}

/** What is said over a video that cannot be played, to those who would watch it. */
export function tellViewer({ code }: TatamiError): string {
  if (code === "input-not-found")
    return "The video stopped arriving. Check the connection and load the page again.";
  if (code === "damaged-input") return "The video is damaged and cannot be played.";
  return "The video is not there, or this browser cannot play it.";
}

/** What kept a video from being enlarged. */
export function explainPlain(cause: unknown): TatamiError {
  if (TatamiError.is(cause)) return cause;
  if ((cause as Partial<DOMException> | undefined)?.name === "SecurityError")
    return new TatamiError({
      code: "unsupported-environment",
      message: "The video comes from another origin, whose pixels a page may not read.",
      fix: 'Serve it with Access-Control-Allow-Origin and set crossorigin="anonymous".',
      cause,
    });
  return new TatamiError({
    code: "internal",
    message: `The video could not be enlarged: ${String(cause)}`,
    fix: "Nothing needs doing, the plain video is shown; please report this.",
    cause,
  });
}
