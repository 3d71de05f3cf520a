/**
 * What the second driver costs in a browser: the same H.264 files decoded by the first (WebCodecs) and by FFmpeg's
 * core, in a page that is isolated, in one that is not, and with the core's threads: `npm run bench:fallback [ROUNDS]`.
 * Decoding alone, planes in memory; ways take turns within a round, the figures are medians.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeMuxedClip } from "@tatami/codecs/testing";
import type { Decoding } from "../browser/pages/fallback-bench/main.ts";
import { findChromium, howToGetChromium } from "../support/browser/chromium.ts";
import { serveFolder } from "../support/browser/serve-folder.ts";
import { openServedPage } from "../support/browser/served-page.ts";
import type { ServedPage } from "../support/browser/served-page.ts";

const rounds = Number(process.argv[2] ?? 5);
const clips = [
  { size: [640, 360], frames: 250 },
  { size: [1280, 720], frames: 125 },
] as const;

const chromium = findChromium();
if (chromium === undefined) throw new Error(howToGetChromium);
const folder = await mkdtemp(join(tmpdir(), "tatami-fallback-"));
await using threads = await serveFolder(
  fileURLToPath(new URL("../../node_modules/@ffmpeg/core-mt/dist/esm", import.meta.url)),
  { "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin" },
);
await using isolated = await openServedPage(chromium, "fallback-bench", "decode", { isolated: true });
await using plain = await openServedPage(chromium, "fallback-bench", "decode");

interface Way {
  readonly name: string;
  readonly page: ServedPage;
  readonly driver: string;
}

const ways: readonly Way[] = [
  { name: "mediabunny (WebCodecs)", page: isolated, driver: "mediabunny" },
  { name: "FFmpeg's core, isolated page: one run", page: isolated, driver: "" },
  { name: "FFmpeg's core, other pages: runs of 64 MiB", page: plain, driver: "" },
  {
    name: "FFmpeg's core with threads, isolated page",
    page: isolated,
    driver: `${threads.url}/ffmpeg-core.js`,
  },
];

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Something that moves everywhere, so that there is motion to decode. */
function draw(planes: readonly Uint8Array[], strides: readonly number[], index: number): void {
  const [luma] = planes;
  const stride = strides[0] ?? 1;
  for (let at = 0; at < (luma?.length ?? 0); at++) {
    const [x, y] = [at % stride, Math.floor(at / stride)];
    luma![at] = 128 + 60 * Math.sin((x + 3 * index) / 9) * Math.cos((y - 2 * index) / 7) + ((x * y) % 13);
  }
}

try {
  console.log(
    `${rounds} rounds on ${cpus().length} threads of ${cpus()[0]?.model ?? "an unknown processor"}`,
  );
  for (const { size, frames } of clips) {
    const file = join(folder, `${size.join("x")}.mp4`);
    // key frames as rare as x264 makes them: where runs are bounded, each begins at one
    const encoder = { "x264-params": "keyint=250:scenecut=0" };
    await makeMuxedClip(file, { format: "mp4", video: "libx264", size, frames, draw, encoder });
    for (const { page } of [isolated, plain]) await page.setInputFiles("#file", file);
    const seen = new Map<Way, Decoding[]>(ways.map((way) => [way, []]));
    // the first round fetches and compiles
    for (let round = 0; round <= rounds; round++) {
      for (const way of ways) {
        const decoding = await way.page.call<Decoding>("decode", way.driver);
        if (decoding.frames !== frames)
          throw new Error(`${way.name}: ${decoding.frames} frames of ${frames}`);
        if (round > 0) seen.get(way)!.push(decoding);
      }
    }
    console.log(`\nH.264 ${size.join("×")}, ${frames} frames`);
    const perSecond = (way: Way): number =>
      (1000 * frames) / median(seen.get(way)!.map(({ readMs }) => readMs));
    for (const way of ways) {
      const openMs = median(seen.get(way)!.map((decoding) => decoding.openMs));
      const share = perSecond(ways[0]!) / perSecond(way);
      console.log(
        `${way.name.padEnd(44)} ${perSecond(way).toFixed(0).padStart(6)} frames/s  ${share.toFixed(2).padStart(5)}× the time  ${openMs.toFixed(0).padStart(6)} ms to open`,
      );
    }
  }
} finally {
  await rm(folder, { recursive: true });
}
