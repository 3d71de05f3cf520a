/** Pictures that something can be learned from, and a recipe small enough for a test. */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { createTemporaryFolder } from "./temporary-folder.ts";

/** A recipe file's text: three blocks, six steps. */
const smallRecipe = `export const recipe = {
  name: "m3-x2", architecture: { blocks: 3, features: 16, width: 16, scale: 2 },
  batch: 2, crop: 12, steps: 6, warmUp: 2,
};`;

/** A folder with `pictures/wave-1.png`, `pictures/wave-2.png`, `recipe.mjs` and `note.txt`. @param width of the pictures */
export async function createTrainingFolder(width = 64): Promise<string> {
  const folder = await createTemporaryFolder();
  await mkdir(join(folder, "pictures"));
  const height = width - 8;
  for (const seed of [1, 2]) {
    const data = Uint8Array.from({ length: width * height * 3 }, (_, index) => {
      const [x, y] = [Math.floor(index / 3) % width, Math.floor(index / 3 / width)];
      return 128 + 90 * Math.sin(x / 3 + seed) * Math.cos(y / 4 + (index % 3));
    });
    const picture = sharp(data, { raw: { width, height, channels: 3 } });
    await picture.png().toFile(join(folder, "pictures", `wave-${seed}.png`));
  }
  await writeFile(join(folder, "recipe.mjs"), smallRecipe);
  await writeFile(join(folder, "note.txt"), "generated waves\n");
  return folder;
}
