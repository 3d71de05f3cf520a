/**
 * Prints how far the networks of `network.ts` are from the real `@websr/websr`, which runs in a headless Chromium on
 * SwiftShader's WebGPU:
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/websr/compare.ts CHROMIUM
 *
 * CHROMIUM is a program. Compared is the inside: at its borders WebSR reads the other end of the row, or nothing.
 */

import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { invalidOption } from "@tatami/core";
import { chromium } from "playwright-core";
import type { Page } from "playwright-core";
import type { Picture } from "../../src/data/luma.ts";
import { compileKernels } from "../../src/run/kernels.ts";
import { createWebsrNetwork } from "./enlarge.ts";
import type { WebsrNetwork } from "./enlarge.ts";
import { readWebsrWeights } from "./network.ts";
import type { WebsrKind, WebsrSize } from "./network.ts";
import type { Rendered } from "./page.ts";

/** Small pixels left out on each side: seven layers of 3×3, and bilinear's neighbour. */
const border = 8;
/** Levels of 8 bits: the canvas rounds what the sampler has rounded. */
const tolerance = 2;

const [executablePath] = process.argv.slice(2);
if (executablePath === undefined) throw invalidOption("arguments", "CHROMIUM", "none");
const compiled = await compileKernels();
const picture = drawPicture(64, 48);
const browser = await chromium.launch({
  executablePath,
  args: [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--enable-unsafe-webgpu",
    "--use-webgpu-adapter=swiftshader",
    // without these, presenting to a canvas kills the GPU process
    "--enable-features=Vulkan",
    "--use-vulkan=swiftshader",
    "--use-angle=vulkan",
  ],
});
try {
  const page = await openPage();
  for (const size of ["s", "m", "l"] as const)
    for (const kind of ["an", "rl"] as const) await compare(page, size, kind);
} finally {
  await browser.close();
}

async function compare(page: Page, size: WebsrSize, kind: WebsrKind): Promise<void> {
  const network = await createWebsrNetwork(compiled, size, kind);
  const theirs = await runWebsr(page, size, kind);
  const ours = network.enlarge(picture);
  const levels = inside(ours, (x, y, channel) => {
    const at = y * ours.width + x;
    return Math.abs(ours.data[3 * at + channel]! - theirs.pixels[4 * at + channel]!);
  });
  const residuals = compareResiduals(network, theirs.residuals);
  const most = Math.max(...levels);
  console.log(
    `${network.name}: ${network.macs} MACs a small pixel; added values differ by at most ` +
      `${Math.max(...residuals).toExponential(1)} levels, the canvas by at most ${most}`,
  );
  if (most > tolerance || !(Math.max(...residuals) < 0.01)) process.exitCode = 1;
}

/** Absolute differences of what is added, in levels. */
function compareResiduals(network: WebsrNetwork, theirs: readonly (readonly number[])[]): readonly number[] {
  const { width, height, data } = network.residual(picture);
  const planes = data.length / (width * height);
  return inside({ width, height }, (x, y, channel) => {
    const plane = planes === 1 ? 0 : channel;
    const small = Math.floor(y / 2) * (width / 2) + Math.floor(x / 2);
    const their = theirs[plane]![4 * small + 2 * (y % 2) + (x % 2)]! * 255;
    return Math.abs(data[(plane * height + y) * width + x]! - their);
  });
}

/** A value of every place inside and every channel. */
function inside(
  { width, height }: { readonly width: number; readonly height: number },
  valueAt: (x: number, y: number, channel: number) => number,
): readonly number[] {
  const values: number[] = [];
  for (let y = 2 * border; y < height - 2 * border; y++)
    for (let x = 2 * border; x < width - 2 * border; x++)
      for (let channel = 0; channel < 3; channel++) values.push(valueAt(x, y, channel));
  return values;
}

/** Waves, edges and a coloured disc, which differ in the three colours and along both axes. */
function drawPicture(width: number, height: number): Picture {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const channel = i % 3;
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    const waves = 45 * Math.sin(x / (1.6 + channel) + y / 5) * Math.cos(y / 3 - channel);
    const edge = (x + 2 * y) % 17 > 8 ? 40 : -40;
    const disc = Math.hypot(x - 40, y - 20) < 9 ? [70, -50, -20][channel]! : 0;
    return Math.min(255, Math.max(0, 120 + waves + edge + disc));
  });
  return { width, height, channels: 3, data };
}

/** A page that runs the package; WebGPU takes a secure origin. */
async function openPage(): Promise<Page> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("page.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "iife",
  });
  const page = await browser.newPage();
  await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
  await page.goto("http://localhost/");
  await page.addScriptTag({ content: outputFiles[0]!.text });
  return page;
}

async function runWebsr(page: Page, size: WebsrSize, kind: WebsrKind): Promise<Rendered> {
  const { width, height, data } = picture;
  const names = {
    s: ["conv2d_last_tf"],
    m: ["conv2d_7_tf", "conv2d_7_tf1", "conv2d_7_tf2"],
    l: ["conv2d_last_tf", "conv2d_last_tf1", "conv2d_last_tf2"],
  }[size];
  const weights = await readWebsrWeights(size, kind);
  return page.evaluate((order) => renderWebsr(order), {
    size,
    weights,
    names,
    width,
    height,
    rgb: [...data],
  });
}
