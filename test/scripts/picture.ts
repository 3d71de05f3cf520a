/**
 * Draws the README's before/after picture from a shipped clip (CC BY 3.0, Blender Foundation): the same
 * details by bicubic interpolation and by Tatami, both from one decoded frame. `npm run picture`.
 */

import { fileURLToPath } from "node:url";
import { nodeDriver } from "@tatami/codecs/node";
import type { Frame, Planes, Rect } from "@tatami/core";
import { createFrame, scaleSize } from "@tatami/core";
import { centred, enlargeChroma, resizePlane } from "@tatami/patches";
import { createUpscaler } from "@tatami/upscale";
import { loadModel } from "@tatami/zoo";
import sharp from "sharp";

const clip = fileURLToPath(new URL("../../examples/clips/bunny-320x180.mp4", import.meta.url));
const output = fileURLToPath(new URL("../../examples/clips/before-after.png", import.meta.url));
const seconds = 1.2;
const zoom = 3;
/** Details worth a look, in pixels of the enlarged frame. */
const details: Rect[] = [
  { x: 250, y: 90, width: 160, height: 120 },
  { x: 160, y: 10, width: 160, height: 120 },
];

const frame = await frameAt(seconds);
const planes = await frame.planes();
const before = bicubic(planes);
await using upscaler = await createUpscaler({ model: await loadModel("m5-x2") });
const large = await upscaler.frame(createFrame(planes, frame));
const after = await large.planes();
const columns = [
  { title: "bicubic ×2", pixels: toRgb(before) },
  { title: `Tatami ${upscaler.model.name}`, pixels: toRgb(after) },
];

const [width, height, bar] = [details[0]!.width * zoom, details[0]!.height * zoom, 36];
const tiles = await Promise.all(
  columns.flatMap(({ pixels }, column) =>
    details.map(async ({ x, y, ...size }, row) => ({
      input: await sharp(pixels, { raw: { width: after.luma.width, height: after.luma.height, channels: 3 } })
        .extract({ left: x, top: y, ...size })
        .resize(width, height, { kernel: "nearest" })
        .png()
        .toBuffer(),
      left: column * (width + 8),
      top: bar + row * (height + 8),
    })),
  ),
);
const titles = columns.map(({ title }, column) => ({
  input: Buffer.from(
    `<svg width="${width}" height="${bar}"><text x="8" y="25" font-family="sans-serif" font-size="20" fill="#eee">${title}</text></svg>`,
  ),
  left: column * (width + 8),
  top: 0,
}));
const canvas = { width: 2 * width + 8, height: bar + details.length * (height + 8) - 8 };
await sharp({ create: { ...canvas, channels: 3, background: "#16181d" } })
  .composite([...tiles, ...titles])
  .png({ palette: true, quality: 90 })
  .toFile(output);
console.log(`Wrote ${output}: frame at ${seconds} s, ${upscaler.model.name} on ${upscaler.description}.`);
process.exit(0);

async function frameAt(time: number): Promise<Frame> {
  const reader = await nodeDriver().open(clip);
  for await (const found of reader.frames({ start: time })) return found;
  throw new Error(`${clip} ends before ${time} s.`);
}

function bicubic(source: Planes): Planes {
  const size = scaleSize(source.luma, 2);
  const luma = resizePlane(source.luma, { size, horizontal: centred(2), vertical: centred(2) });
  return { luma, chroma: enlargeChroma(source, 2) };
}

// BT.709, studio range; chroma repeated, which is the same for both columns.
function toRgb({ luma, chroma: [u, v] }: Planes): Uint8Array {
  const rgb = new Uint8Array(luma.width * luma.height * 3);
  for (let y = 0, i = 0; y < luma.height; y++)
    for (let x = 0; x < luma.width; x++) {
      const at = (y >> 1) * u.stride + (x >> 1);
      const light = (luma.data[y * luma.stride + x]! - 16) * (255 / 219);
      const [blue, red] = [(u.data[at]! - 128) * (255 / 224), (v.data[at]! - 128) * (255 / 224)];
      for (const value of [light + 1.5748 * red, light - 0.1873 * blue - 0.4681 * red, light + 1.8556 * blue])
        rgb[i++] = Math.min(255, Math.max(0, Math.round(value)));
    }
  return rgb;
}
