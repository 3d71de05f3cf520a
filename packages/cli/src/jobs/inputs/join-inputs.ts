/** Several files as the one input of one video. */

import type { Inputs } from "../expand-inputs.ts";
import { usage } from "../../parsing/parse-flags.ts";
import { leavePictures } from "./video-files.ts";

/**
 * Makes one input of all, in the order given; those of a folder in the order of their names. Pictures that lie in a folder
 * beside its videos are left.
 *
 * @throws TatamiError what is wrong with any of them; `invalid-option` for fewer than two, and for what is no file
 */
export async function joinInputs(inputs: Inputs, output: string | undefined): Promise<Inputs> {
  const { files, others = [] } = await leavePictures(inputs);
  for (const { failure, isNameless, name } of files) {
    if (failure) throw failure;
    if (isNameless)
      throw usage(`${name} is no single file, and only files are joined.`, "Record it to a file first.");
  }
  const [first, ...followedBy] = files;
  if (!first || followedBy.length === 0) {
    throw usage(
      "--join makes one video of several files, and there are fewer than two.",
      "Name the files in their order, or a folder of them, or leave --join out.",
    );
  }
  if (output === undefined)
    throw usage("--join makes one video, whose name is not given.", "Name it: --output NAME.mp4.");
  const { below: _below, ...lead } = first;
  return { files: [{ ...lead, followedBy }], isBatch: false, others };
}
