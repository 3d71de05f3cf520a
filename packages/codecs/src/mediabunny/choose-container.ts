/** Which container the output gets, and mediabunny's format for it. */

import type { Container, EncodeOptions, MediaOutput } from "@tatami/core";
import { checkOneOf, invalidOption } from "@tatami/core";
import type { OutputFormat } from "mediabunny";
import type { TagForm } from "./output/plan-tags.ts";
import { MkvOutputFormat, MovOutputFormat, Mp4OutputFormat, WebMOutputFormat } from "mediabunny";

/** Every container that can be written. */
export const containers: readonly Container[] = ["mp4", "mov", "webm", "mkv"];

const byExtension: Readonly<Record<string, Container>> = {
  mp4: "mp4",
  m4v: "mp4",
  mov: "mov",
  webm: "webm",
  mkv: "mkv",
};
const byContainerName: Readonly<Record<string, Container>> = {
  MP4: "mp4",
  MOV: "mov",
  Matroska: "mkv",
  WebM: "webm",
};

/**
 * The option, else the output name's extension, else the input's container, else MP4.
 *
 * @throws TatamiError `invalid-option` for an extension no container here has.
 */
export function chooseContainer(
  encode: EncodeOptions,
  output: MediaOutput | undefined,
  inputContainer: string,
): Container {
  if (encode.container !== undefined) return checkOneOf("encode.container", encode.container, containers);
  const extension = extensionOf(output);
  if (extension !== undefined) {
    const container = byExtension[extension.toLowerCase()];
    if (container) return container;
    throw invalidOption(
      "output",
      `named .${Object.keys(byExtension).join(", .")}`,
      `.${extension}`,
      "Give the output one of those extensions, or set encode.container.",
    );
  }
  return byContainerName[inputContainer] ?? "mp4";
}

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

function extensionOf(output: MediaOutput | undefined): string | undefined {
  const name = typeof output === "string" ? output : output && "name" in output ? String(output.name) : "";
  return /\.([^./\\]+)$/.exec(name)?.[1];
}
