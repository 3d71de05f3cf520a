/** Colours, where they are wanted. */

import { styleText } from "node:util";
import type { Output, Shell } from "../shell.ts";

/** Wraps text in a style, or gives it back as it is. */
export type Style = (format: "bold" | "dim" | "red" | "green" | "yellow", text: string) => string;

/** Styles for one output: only on a terminal, and never against NO_COLOR (https://no-color.org). */
export function createStyle(output: Output, env: Shell["env"]): Style {
  const refused = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  const enabled = output.isTTY === true && !refused;
  return (format, text) => (enabled ? styleText(format, text, { validateStream: false }) : text);
}
