/** Scores of rows, kept as files: a row whose network and meters are the same is not measured again. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { psnr, sha256Of, ssim } from "@tatami/core";
import { writeOnnx } from "@tatami/graph";
import type { Model } from "@tatami/graph";
import { resizeLuma } from "../../src/data/bicubic.ts";
import type { MeasureVmaf } from "../../src/data/camera/measure-vmaf.ts";
import type { LumaPlane } from "../../src/data/luma.ts";
import { roundLuma } from "../../src/data/luma.ts";
import type { Enlarge, EvaluationPicture } from "../../src/report/evaluate.ts";
import { createModelEnlarge } from "../../src/report/model-enlarge.ts";
import type { CompiledKernels } from "../../src/run/kernels.ts";
import type { PerceptualDistance } from "../../src/tddsr/collapse.ts";
import type { NiqeModel } from "../../src/tddsr/measure/niqe.ts";
import { niqe } from "../../src/tddsr/measure/niqe.ts";
import type { HeldPicture } from "./grey.ts";
import { cutGrey } from "./grey.ts";
import type { Row } from "./rows.ts";

/** What rows are measured by. */
export interface Meters {
  readonly compiled: CompiledKernels;
  readonly distance: PerceptualDistance | undefined;
  readonly niqe: NiqeModel | undefined;
  readonly vmaf: MeasureVmaf | undefined;
  /** Pictures through cameras of the camera track: the standard that a student must not fall behind on. */
  readonly standard: readonly EvaluationPicture[];
}

/** Means over a camera's held pictures; those without a meter are not there. */
export interface RowScore {
  readonly name: string;
  readonly seed?: number;
  /** Changes with the network and with the pictures. */
  readonly identity: string;
  readonly psnr: number;
  readonly ssim: number;
  readonly lpips?: number;
  readonly niqe?: number;
  readonly vmaf?: number;
  /** Y-PSNR on the standard's pictures. */
  readonly standard?: number;
  /** Milliseconds of processor time a megapixel made, on one thread. */
  readonly milliseconds: number;
}

/** Where details are shown: a picture, and the left and top of a square in it. */
export interface Detail {
  readonly picture: string;
  readonly left: number;
  readonly top: number;
}

/** Side of a detail in pixels of the large picture, and details of a camera. */
const [detailLevels, details] = [96, 2];

/** A file's name for a row. */
export function fileOf(folder: string, { name, seed }: Pick<Row, "name" | "seed">, ending: string): string {
  const stem = name.replaceAll(/[^\w.-]+/g, "-");
  return join(folder, "scores", `${stem}${seed === undefined ? "" : `-${seed}`}.${ending}`);
}

/** A row's scores: kept ones where they are of the same network and miss nothing that can be measured now. */
export async function scoreRow(
  folder: string,
  row: Row,
  held: readonly HeldPicture[],
  meters: Meters,
): Promise<RowScore | undefined> {
  const model = await row.model();
  if (!model) return undefined;
  const named = held.map(({ name }) => name).join();
  const bytes = model === "bicubic" ? new TextEncoder().encode(model) : writeOnnx(model);
  const identity = await sha256Of(new Uint8Array([...bytes, ...new TextEncoder().encode(named)]));
  const path = fileOf(folder, row, "json");
  const kept = await readScore(path);
  const { distance, niqe: good, vmaf, standard } = meters;
  const wanted = { lpips: distance, niqe: good, vmaf, standard: standard.length > 0 || undefined };
  const missing = Object.entries(wanted).filter(
    ([name, meter]) => meter !== undefined && kept?.[name as "lpips"] === undefined,
  );
  if (kept?.identity === identity && missing.length === 0) return kept;
  const score = { ...(await measure(folder, row, model, held, meters)), identity };
  await mkdir(join(folder, "scores"), { recursive: true });
  await writeFile(path, JSON.stringify(score));
  return score;
}

async function readScore(path: string): Promise<RowScore | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as RowScore);
}

async function measure(
  folder: string,
  row: Row,
  model: Model | "bicubic",
  held: readonly HeldPicture[],
  meters: Meters,
): Promise<Omit<RowScore, "identity">> {
  const { compiled, distance, niqe: good, vmaf, standard } = meters;
  const enlarge: Enlarge =
    model === "bicubic"
      ? (low) => resizeLuma(low, low.width * 2, low.height * 2)
      : createModelEnlarge(compiled, model);
  const sums = { psnr: 0, ssim: 0, lpips: 0, niqe: 0, textured: 0, milliseconds: 0, megapixels: 0 };
  const made = new Map<string, LumaPlane>();
  let size = "";
  for (const { name, low, high } of held) {
    // what is compiled for a size is no part of its time
    if (size !== `${low.width} ${low.height}`) enlarge(low);
    size = `${low.width} ${low.height}`;
    const started = process.cpuUsage();
    const large = enlarge(low);
    const { user, system } = process.cpuUsage(started);
    sums.milliseconds += (user + system) / 1000;
    sums.megapixels += (large.width * large.height) / 1e6;
    // a real pair's truth is of another size
    const seen = roundLuma(
      large.width === high.width && large.height === high.height
        ? large
        : resizeLuma(large, high.width, high.height),
    );
    made.set(name, seen);
    sums.psnr += psnr(seen, high, 2);
    sums.ssim += ssim(seen, high, 2);
    if (distance) sums.lpips += await distance(seen, high);
    const apart = good ? niqe(good, seen) : NaN;
    if (Number.isNaN(apart)) continue;
    sums.niqe += apart;
    sums.textured++;
  }
  await cutDetails(folder, row, held, made);
  const count = held.length;
  return {
    name: row.name,
    ...(row.seed !== undefined && { seed: row.seed }),
    psnr: sums.psnr / count,
    ssim: sums.ssim / count,
    ...(distance && { lpips: sums.lpips / count }),
    ...(good && { niqe: sums.niqe / Math.max(1, sums.textured) }),
    ...(vmaf && { vmaf: await measureVmaf(vmaf, held, made) }),
    ...(standard.length > 0 && {
      standard:
        standard.reduce((sum, { low, high }) => sum + psnr(roundLuma(enlarge(low)), high, 2), 0) /
        standard.length,
    }),
    milliseconds: sums.milliseconds / sums.megapixels,
  };
}

/** Clip by clip, as frames of one size. */
async function measureVmaf(
  vmaf: MeasureVmaf,
  held: readonly HeldPicture[],
  made: ReadonlyMap<string, LumaPlane>,
): Promise<number> {
  let sum = 0;
  for (const clip of new Set(held.map((each) => each.clip))) {
    const frames = held.filter((each) => each.clip === clip);
    const score = await vmaf(
      frames.map(({ name }) => made.get(name)!),
      frames.map(({ high }) => high),
    );
    sum += score * frames.length;
  }
  return sum / held.length;
}

async function cutDetails(
  folder: string,
  row: Row,
  held: readonly HeldPicture[],
  made: ReadonlyMap<string, LumaPlane>,
): Promise<void> {
  await mkdir(join(folder, "scores"), { recursive: true });
  for (const [at, { picture, left, top }] of detailsOf(held).entries()) {
    const plane = made.get(picture)!;
    await writeFile(
      fileOf(folder, row, `${at}.png`),
      await cutGrey(plane, left, top, Math.min(detailLevels, plane.width, plane.height)),
    );
  }
}

/** The parts that bicubic enlargement gets most wrong, of different clips. */
export function detailsOf(held: readonly HeldPicture[]): readonly Detail[] {
  const clips = new Set<string>();
  const first = held.filter(({ clip }) => !clips.has(clip) && clips.add(clip));
  const worst = first.map(({ name, low, high }) => {
    const plain = resizeLuma(low, high.width, high.height);
    let place = { picture: name, left: 0, top: 0, error: -1 };
    for (let top = 0; top + detailLevels <= high.height; top += detailLevels / 2)
      for (let left = 0; left + detailLevels <= high.width; left += detailLevels / 2) {
        let error = 0;
        for (let y = top; y < top + detailLevels; y++)
          for (let i = y * high.width + left; i < y * high.width + left + detailLevels; i++)
            error += (plain.data[i]! - high.data[i]!) ** 2;
        if (error > place.error) place = { picture: name, left, top, error };
      }
    return place;
  });
  return worst.toSorted((a, b) => b.error - a.error).slice(0, details);
}

/** The same details of what the camera made and of what it saw, as PNG files' bytes: enlarged by repetition, and as it is. */
export async function detailsOfTruth(
  held: readonly HeldPicture[],
): Promise<readonly { readonly detail: Detail; readonly low: Uint8Array; readonly high: Uint8Array }[]> {
  return Promise.all(
    detailsOf(held).map(async (detail) => {
      const { low, high } = held.find(({ name }) => name === detail.picture)!;
      const side = Math.min(detailLevels, high.width, high.height);
      const scale = high.width / low.width;
      const [left, top] = [Math.floor(detail.left / scale), Math.floor(detail.top / scale)];
      return {
        detail,
        low: await cutGrey(low, left, top, Math.floor(side / scale)),
        high: await cutGrey(high, detail.left, detail.top, side),
      };
    }),
  );
}
