/**
 * Compares our bicubic reduction with published low-resolution pictures, byte by byte:
 * `npx tsx packages/train/bench/official-low.ts HIGH_DIR LOW_DIR SCALE`, where LOW_DIR holds `NAMExSCALE.png` for each `NAME.png`.
 */

import { basename, join } from "node:path";
import { resizeBicubic } from "../src/data/bicubic.ts";
import { cropToMultiple } from "../src/data/luma.ts";
import { listPictures, readPicture } from "../src/data/read-picture.ts";

const [highFolder = "", lowFolder = "", scaleWord = "2"] = process.argv.slice(2);
const scale = Number(scaleWord);
let different = 0;
for (const path of await listPictures(highFolder)) {
  const name = basename(path).replace(/\.\w+$/, "");
  const high = cropToMultiple(await readPicture(path), scale);
  const official = await readPicture(join(lowFolder, `${name}x${scale}.png`));
  const ours = resizeBicubic(high, high.width / scale, high.height / scale);
  const count =
    ours.data.length === official.data.length
      ? ours.data.reduce((sum, value, i) => sum + (value === official.data[i] ? 0 : 1), 0)
      : Infinity;
  console.log(`${name} ×${scale}: ${count} of ${official.data.length} bytes differ`);
  different += count;
}
process.exitCode = different === 0 ? 0 : 1;
