/** `npm run docs:tables`: writes what documents say of errors and of the command line from the sources. */

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { madeDocuments } from "../support/documents/tables.ts";
import { root } from "../laws/source-files.ts";

const made = await madeDocuments();
for (const [path, text] of made) {
  writeFileSync(`${root}/${path}`, text);
  console.log(path);
}
execFileSync("npx", ["oxfmt", ...made.keys()], { cwd: root });
