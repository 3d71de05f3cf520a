/** Details side by side: what went in, bicubic enlargement, the network's, and the truth. */

import sharp from "sharp";
import { resizeBicubic } from "../data/bicubic.ts";
import type { Enlarge } from "./evaluate.ts";
import type { Picture } from "../data/luma.ts";
import { cropToMultiple, lumaOf } from "../data/luma.ts";

/** One detail, four times. */
export interface Crop {
  readonly picture: string;
  /** Left and top, in pixels of the large picture. */
  readonly left: number;
  readonly top: number;
  /** Side in pixels of the large picture. */
  readonly side: number;
  /** In the order low-resolution, bicubic, networks, original: PNG files. */
  readonly images: readonly Uint8Array[];
}

/** Side of a detail in pixels of the large picture. */
const detailSide = 96;

/**
 * The detail of a picture that bicubic enlargement gets most wrong. Networks enlarge luma; colour is enlarged by
 * the bicubic filter, as in the literature.
 */
export async function makeCrop(
  name: string,
  whole: Picture,
  scale: number,
  networks: readonly Enlarge[],
): Promise<Crop> {
  const original = cropToMultiple(whole, scale);
  const { width, height } = original;
  const low = resizeBicubic(original, width / scale, height / scale);
  const bicubic = resizeBicubic(low, width, height);
  const enlarged = networks.map((enlarge) => replaceLuma(bicubic, enlarge(lumaOf(low)).data));
  const smaller = Math.min(detailSide, width, height);
  const side = smaller - (smaller % scale);
  const { left, top } = worstPlace(original, bicubic, side, scale);
  const images = await Promise.all([
    toPng(low, left / scale, top / scale, side / scale),
    ...[bicubic, ...enlarged, original].map((picture) => toPng(picture, left, top, side)),
  ]);
  return { picture: name, left, top, side, images };
}

/** With the same colour difference, a change of luma is the same change of red, green and blue. */
function replaceLuma(picture: Picture, luma: Float32Array): Picture {
  const { channels } = picture;
  const old = lumaOf(picture).data;
  const gain = channels === 1 ? 1 : 255 / 219;
  const data = new Uint8Array(picture.data.length);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / channels);
    const value = picture.data[i]! + (luma[pixel]! - old[pixel]!) * gain;
    data[i] = Math.min(255, Math.max(0, Math.round(value)));
  }
  return { ...picture, data };
}

/** Where the squared error is largest, on a grid of half the side. */
function worstPlace(
  truth: Picture,
  seen: Picture,
  side: number,
  scale: number,
): { left: number; top: number } {
  const [a, b] = [lumaOf(truth).data, lumaOf(seen).data];
  const half = Math.max(scale, Math.floor(side / 2 / scale) * scale);
  let worst = { left: 0, top: 0 };
  let most = -1;
  for (let top = 0; top + side <= truth.height; top += half) {
    for (let left = 0; left + side <= truth.width; left += half) {
      let sum = 0;
      for (let y = top; y < top + side; y++) {
        for (let i = y * truth.width + left; i < y * truth.width + left + side; i++)
          sum += (a[i]! - b[i]!) ** 2;
      }
      if (sum <= most) continue;
      most = sum;
      worst = { left, top };
    }
  }
  return worst;
}

async function toPng(picture: Picture, left: number, top: number, side: number): Promise<Uint8Array> {
  const { width, height, channels, data } = picture;
  return sharp(data, { raw: { width, height, channels } })
    .extract({ left, top, width: side, height: side })
    .png()
    .toBuffer();
}
