/** Which container the output gets. */

import type { Container, EncodeOptions, MediaOutput } from "@tatami/core";
import { checkOneOf, containers, invalidOption } from "@tatami/core";

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

function extensionOf(output: MediaOutput | undefined): string | undefined {
  const name = typeof output === "string" ? output : output && "name" in output ? String(output.name) : "";
  return /\.([^./\\]+)$/.exec(name)?.[1];
}
