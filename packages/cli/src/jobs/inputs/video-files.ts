/** Of what was found, the videos: what else lies in folders is left, and told. */

import type { Shell } from "../../shell.ts";
import type { Input, Inputs } from "../expand-inputs.ts";

/** Moves the pictures that lie in folders to what is left; those that were named themselves stay. */
export async function leavePictures(inputs: Inputs): Promise<Inputs> {
  const { kindOfFile } = await import("@tatami/codecs/node");
  const isLeft = ({ name, below }: Input): boolean => below !== undefined && kindOfFile(name) === "picture";
  const left = inputs.files.filter(isLeft).map(({ name }) => name);
  if (left.length === 0) return inputs;
  const files = inputs.files.filter((each) => !isLeft(each));
  return { ...inputs, files, others: [...(inputs.others ?? []), ...left] };
}

/** Names of files told at most: a folder of a camera holds thousands of small ones. */
const mostTold = 5;

/** Says which files are left. */
export function tellOthers({ others = [] }: Inputs, { stderr }: Shell): void {
  if (others.length === 0) return;
  const names = others.slice(0, mostTold).join(", ");
  const more = others.length > mostTold ? ` and ${others.length - mostTold} more` : "";
  const what = others.length === 1 ? "1 other file is" : `${others.length} other files are`;
  stderr.write(`${what} left: ${names}${more}\n`);
}
