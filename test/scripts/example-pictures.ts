/**
 * Makes the index's pictures of the example pages from the screenshots that the browser tests have left, light and dark.
 * `npm run pictures -w @tatami/test`, after `npm run test:browser`.
 */

import { fileURLToPath } from "node:url";
import sharp from "sharp";

const screenshots = fileURLToPath(new URL("../.output/screenshots/", import.meta.url));
const pictures = fileURLToPath(new URL("../../examples/index/pictures/", import.meta.url));

/** Each page's most telling state, and where the contents of its card begin in a window of 1280 pixels. */
const wanted = {
  "one-file": { state: "one-file-ready", left: 45, top: 85, width: 1190 },
  "rxjs-pipeline": { state: "rxjs-pipeline-working", left: 152, top: 116, width: 976 },
  "live-camera": { state: "live-camera-recording", left: 152, top: 116, width: 976 },
  "surveillance-wall": { state: "wall-working", left: 60, top: 116, width: 1160 },
  "own-camera": { state: "own-camera-done", left: 152, top: 116, width: 976 },
  element: { state: "element-upscaling", left: 152, top: 116, width: 976 },
} as const;

for (const [name, { state, ...place }] of Object.entries(wanted))
  for (const scheme of ["light", "dark"])
    await sharp(`${screenshots}${state}-${scheme}-1280.png`)
      .extract({ ...place, height: Math.round((place.width * 10) / 16) })
      .resize(640, 400)
      .webp({ quality: 80, effort: 6 })
      .toFile(`${pictures}${name}-${scheme}.webp`);
