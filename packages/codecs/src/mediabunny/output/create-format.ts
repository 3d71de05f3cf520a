/** mediabunny's format of an output. */

import type { Container, MediaOutput } from "@tatami/core";
import type { OutputFormat } from "mediabunny";
import { MkvOutputFormat, MovOutputFormat, Mp4OutputFormat, WebMOutputFormat } from "mediabunny";
import type { TagForm } from "./plan-tags.ts";

/**
 * The format to write. MP4 and MOV put their index (moov) at the end: it needs no guess of its size
 * and no second pass over the file. A plain stream cannot go back to fill in sizes, so there MP4 is
 * fragmented and Matroska live; a Blob is in memory anyway and gets its index first.
 *
 * @param tagForm how MP4 and MOV hold tags.
 * @param onHeader given the header that was written.
 */
export function createFormat(
  container: Container,
  output: MediaOutput | undefined,
  tagForm: TagForm,
  onHeader?: (header: Uint8Array, position: number) => void,
): OutputFormat {
  const appendOnly =
    output !== undefined && typeof output !== "string" && "getWriter" in output && !("seek" in output);
  const fastStart = output === undefined ? "in-memory" : appendOnly ? "fragmented" : false;
  const onMoov = onHeader ? { onMoov: onHeader } : {};
  const onSegmentHeader = onHeader ? { onSegmentHeader: onHeader } : {};
  switch (container) {
    case "mp4":
      return new Mp4OutputFormat({
        fastStart,
        metadataFormat: tagForm,
        ...onMoov,
      });
    case "mov":
      return new MovOutputFormat({ fastStart, metadataFormat: tagForm, ...onMoov });
    case "webm":
      return new WebMOutputFormat({ appendOnly, ...onSegmentHeader });
    case "mkv":
      return new MkvOutputFormat({ appendOnly, ...onSegmentHeader });
  }
}
