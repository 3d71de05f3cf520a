/** A restored picture as a file that says what it is. */

import { inventedNote } from "@tatami/core";
import type { LargerPicture } from "@tatami/upscale";
import { loadSharp } from "../pictures/load-sharp.ts";
import { save } from "../pictures/still.ts";

/** Writes a PNG whose EXIF and XMP say that a network made it, and which. @throws TatamiError `output-failed` */
export async function writeRestored(path: string, picture: LargerPicture): Promise<void> {
  const { width, height, data, model } = picture;
  const sharp = await loadSharp();
  const { description, software, xmp } = inventedNote(model, "tatami restore");
  const png = await sharp(data, { raw: { width, height, channels: 4 } })
    .png()
    .withExif({ IFD0: { Software: software, ImageDescription: description } })
    .withXmp(xmp)
    .toBuffer();
  await save(path, undefined, png);
}
