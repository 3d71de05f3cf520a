/** Pictures of ten bits for a table: a clip of the project's in the curves of HDR, and a gradient. */

import { fileURLToPath } from "node:url";
import { nodeDriver } from "@tatami/codecs/node";
import type { ColorSpace, DeepPlane, DeepPlanes, Planes, Size } from "@tatami/core";
import { createDeepPlane } from "@tatami/core";

/** The curve and colours of a clip. */
export type Curve = "sdr" | "pq" | "hlg";

/** What a clip of a curve states. */
export const colors: Readonly<Record<Curve, ColorSpace>> = {
  sdr: { primaries: "bt709", transfer: "bt709", matrix: "bt709", fullRange: false },
  pq: { primaries: "bt2020", transfer: "pq", matrix: "bt2020-ncl", fullRange: false },
  hlg: { primaries: "bt2020", transfer: "hlg", matrix: "bt2020-ncl", fullRange: false },
};

const clip = fileURLToPath(new URL("../../../examples/clips/bunny-320x180.mp4", import.meta.url));
/** Light of SDR's white, in candela a square metre (ITU-R BT.2408). */
const white = 203;

/** Some pictures of the clip that is shipped with the examples, 320×180, in ten bits of a curve. */
export async function clipIn(curve: Curve, start: number, count: number): Promise<readonly DeepPlanes[]> {
  await using reader = await nodeDriver().open(clip);
  const pictures: DeepPlanes[] = [];
  for await (const frame of reader.frames({ start })) {
    pictures.push(inCurve(await frame.planes(), curve));
    frame.close();
    if (pictures.length === count) break;
  }
  return pictures;
}

/**
 * An SDR picture as one of a curve: R′G′B′ to the light of a BT.1886 display (exponent 2.4) whose white is 203 cd/m², BT.709's
 * primaries to BT.2020's, the curve, Y′CbCr in ten bits. Plain SDR is only given more bits.
 * Sources: ITU-R BT.2087-0, annex 1; BT.2100-2, tables 4 and 5.
 */
function inCurve({ luma, chroma }: Planes, curve: Curve): DeepPlanes {
  const half = { width: luma.width / 2, height: luma.height / 2 };
  const made = [createDeepPlane(luma, 10), createDeepPlane(half, 10), createDeepPlane(half, 10)] as const;
  const [y, blue, red] = made;
  for (let row = 0; row < luma.height; row++)
    for (let column = 0; column < luma.width; column++) {
      const at = row * luma.width + column;
      const from = (row >> 1) * chroma[0].stride + (column >> 1);
      const sample = [
        luma.data[row * luma.stride + column]!,
        chroma[0].data[from]!,
        chroma[1].data[from]!,
      ] as const;
      const [level, cb, cr] = curve === "sdr" ? plain(sample) : bright(sample, curve);
      y.data[at] = level;
      if ((row | column) % 2 === 0) {
        const to = (row >> 1) * half.width + (column >> 1);
        [blue.data[to], red.data[to]] = [cb, cr];
      }
    }
  return { luma: y, chroma: [blue, red] };
}

type Three = readonly [number, number, number];

function plain([y, cb, cr]: Three): Three {
  return [4 * y, 4 * cb, 4 * cr];
}

function bright([level, blue, red]: Three, curve: "pq" | "hlg"): Three {
  const [y, cb, cr] = [(level - 16) / 219, (blue - 128) / 224, (red - 128) / 224];
  const signal = [y + 1.5748 * cr, y - 0.1873 * cb - 0.4681 * cr, y + 1.8556 * cb];
  const [r, g, b] = signal.map((each) => Math.min(1, Math.max(0, each)) ** 2.4) as unknown as Three;
  const wide = [
    0.6274 * r + 0.3293 * g + 0.0433 * b,
    0.0691 * r + 0.9195 * g + 0.0114 * b,
    0.0164 * r + 0.088 * g + 0.8956 * b,
  ] as const;
  const [dr, dg, db] = (
    curve === "pq" ? wide.map((each) => toPq((each * white) / 10_000)) : toHlg(wide)
  ) as Three;
  const luma = 0.2627 * dr + 0.678 * dg + 0.0593 * db;
  return [
    Math.round(64 + 876 * luma),
    Math.round(512 + (896 * (db - luma)) / 1.8814),
    Math.round(512 + (896 * (dr - luma)) / 1.4746),
  ];
}

/** SMPTE ST 2084, equation 5.2; 1 is 10 000 cd/m². */
function toPq(light: number): number {
  const power = Math.max(0, light) ** (1305 / 8192);
  return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** (2523 / 32);
}

/** Display light, 1 being SDR's white, as on a display of 1000 cd/m², whose system gamma is 1.2. */
function toHlg(light: Three): Three {
  const [r, g, b] = light.map((each) => (each * white) / 1000) as unknown as Three;
  const luminance = 0.2627 * r + 0.678 * g + 0.0593 * b;
  const gain = luminance <= 0 ? 0 : luminance ** (1 / 1.2 - 1);
  return [r, g, b].map((each) => {
    const scene = Math.min(1, Math.max(0, each * gain));
    return scene <= 1 / 12
      ? Math.sqrt(3 * scene)
      : 0.17883277 * Math.log(12 * scene - 0.28466892) + 0.55991073;
  }) as unknown as Three;
}

/** A slope across the picture, a step of ten bits every few pixels, as skies have it. */
export function gradient({ width, height }: Size, from: number, to: number): DeepPlanes {
  const luma = createDeepPlane({ width, height }, 10);
  luma.data.forEach((_, i) => (luma.data[i] = Math.round(from + ((to - from) * (i % width)) / (width - 1))));
  const grey = (): DeepPlane => {
    const plane = createDeepPlane({ width: width / 2, height: height / 2 }, 10);
    plane.data.fill(512);
    return plane;
  };
  return { luma, chroma: [grey(), grey()] };
}
