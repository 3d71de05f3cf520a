/** A frame's planes as red, green and blue, for measures and for pictures on a page. */

import type { ColorSpace, Plane, Planes, Rect, Size } from "@tatami/core";
import { resizePlane } from "@tatami/patches";

/** 8-bit R′G′B′, three bytes a pixel, row after row. */
export interface RgbPicture extends Size {
  readonly data: Uint8Array;
}

/** Red's and blue's share of luma, by matrix (ITU-T H.273, table 4). */
const shares: Readonly<Record<string, readonly [red: number, blue: number]>> = {
  bt709: [0.2126, 0.0722],
  bt470bg: [0.299, 0.114],
  smpte170m: [0.299, 0.114],
  smpte240m: [0.212, 0.087],
  "bt2020-ncl": [0.2627, 0.0593],
};
/** From this height on players take an unstated matrix for BT.709. */
const hdHeight = 720;

/** Converts a part of a frame, or all of it. Chroma is enlarged by the bicubic filter from where H.264 keeps it. */
export function toRgb(planes: Planes, color: ColorSpace, part?: Rect): RgbPicture {
  const { luma } = planes;
  const { x: left, y: top, width, height } = part ?? { x: 0, y: 0, width: luma.width, height: luma.height };
  const [blueDifference, redDifference] = planes.chroma.map((plane) => asLarge(plane, luma)) as [
    Plane,
    Plane,
  ];
  const usual = luma.height >= hdHeight ? shares["bt709"]! : shares["smpte170m"]!;
  const [red, blue] = (color.matrix !== null && shares[color.matrix]) || usual;
  const green = 1 - red - blue;
  const isFull = color.fullRange === true;
  const [black, gain, chromaGain] = isFull ? [0, 1, 1] : [16, 255 / 219, 255 / 224];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, out = 0; y < height; y++) {
    const [rowY, rowC] = [(y + top) * luma.stride + left, (y + top) * luma.width + left];
    for (let x = 0; x < width; x++, out += 3) {
      const level = (luma.data[rowY + x]! - black) * gain;
      const cb = (blueDifference.data[rowC + x]! - 128) * chromaGain;
      const cr = (redDifference.data[rowC + x]! - 128) * chromaGain;
      const [r, b] = [level + 2 * (1 - red) * cr, level + 2 * (1 - blue) * cb];
      data[out] = toByte(r);
      data[out + 1] = toByte((level - red * r - blue * b) / green);
      data[out + 2] = toByte(b);
    }
  }
  return { width, height, data };
}

function toByte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value);
}

/** A chroma plane of luma's size, rows without padding. */
function asLarge(plane: Plane, luma: Plane): Plane {
  const size = { width: luma.width, height: luma.height };
  const [stepX, stepY] = [plane.width < luma.width ? 2 : 1, plane.height < luma.height ? 2 : 1];
  if (stepX === 1 && stepY === 1 && plane.stride === size.width) return plane;
  return resizePlane(plane, {
    size,
    horizontal: { scale: 1 / stepX, offset: 0 },
    vertical: { scale: 1 / stepY, offset: 0.5 / stepY - 0.5 },
  });
}
