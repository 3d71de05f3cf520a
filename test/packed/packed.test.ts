/** What strangers install: tarballs in a project of their own, run and type-checked as they do. */

import { execFile } from "node:child_process";
import { access, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as esbuild from "esbuild";
import * as vite from "vite";
import * as vite7 from "vite-7";
import { afterAll, beforeAll, expect, test } from "vitest";
import webpack from "webpack";
import { findChromium, howToGetChromium, launchChromium } from "../support/browser/chromium.ts";
import { hasSource, packAll } from "../scripts/pack.ts";
import { libraries, resolutions, strict, usage } from "./everywhere/compilers.ts";
import { checkTypes, lintTarballs } from "./everywhere/tools.ts";

const run = promisify(execFile);
const clip = fileURLToPath(new URL("../../examples/clips/bunny-320x180.mp4", import.meta.url));
/** What a project that upscales files in Node depends on, and what that depends on in turn. */
const installed = ["upscale", "zoo", "codecs", "core", "graph", "live", "patches", "runtime", "kernels"];
/** The oldest compiler that the packages' declarations are for, and the newest. */
const compilers = { oldest: "5.6.3", newest: "7.0.2" };

let project: string;
let tarballs: ReadonlyMap<string, string>;
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "tatami-packed-"));
  tarballs = await packAll(join(project, "tarballs"));
  const manifest = { name: "stranger", version: "1.0.0", private: true, type: "module" };
  await writeFile(join(project, "package.json"), JSON.stringify(manifest));
  const own = installed.map((name) => tarballs.get(`@tatami/${name}`)!);
  const others = [
    "node-av@6.1.1",
    "@types/node@20.19.0",
    ...Object.entries(compilers).map(([name, version]) => `typescript-${name}@npm:typescript@${version}`),
  ];
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...own, ...others], {
    cwd: project,
  });
});
afterAll(() => rm(project, { recursive: true, force: true }));

/** Runs a program in the project. */
async function runProgram(name: string, text: string): Promise<string> {
  await writeFile(join(project, name), text);
  const { stdout } = await run(process.execPath, [name], { cwd: project });
  return stdout;
}

test("every package holds its licence, its README, sources in its maps, and nothing of this repository", async () => {
  expect(tarballs.size).toBeGreaterThan(10);
  for (const [name, path] of tarballs) {
    const { stdout } = await run("tar", ["tzf", path], { maxBuffer: 2 ** 26 });
    const files = stdout.split("\n");
    expect(files, name).toEqual(
      expect.arrayContaining(["package/LICENSE", "package/README.md", "package/package.json"]),
    );
    expect(files.filter((file) => /\.test\.|tsbuildinfo|\/testing\//.test(file))).toEqual([]);
    const home = fileURLToPath(new URL(`../../packages/${name.replace("@tatami/", "")}`, import.meta.url));
    expect(files.filter((file) => !hasSource(home, join(home, file.replace(/^package\//, ""))))).toEqual([]);
  }
  for (const name of installed) {
    const folder = join(project, "node_modules/@tatami", name);
    const manifest = await readFile(join(folder, "package.json"), "utf8");
    expect(manifest).not.toMatch(/@tatami\/source|"scripts"|devDependencies|\.\/testing|"\.\/src/);
    expect(manifest).toContain('"publishConfig"');
    const map = JSON.parse(await readFile(join(folder, "dist/index.js.map"), "utf8")) as {
      readonly sourcesContent?: readonly string[];
    };
    expect(map.sourcesContent?.[0], name).toContain("export");
  }
});

test("publint finds nothing, and types are right for all who can read modules", async () => {
  await lintTarballs(tarballs);
  await checkTypes(tarballs);
});

test("a clip is upscaled by a module, and by CommonJS", async () => {
  const program = (load: string): string => `${load}
    (async () => {
      const output = process.argv[1].endsWith("cjs") ? "cjs.mp4" : "esm.mp4";
      const report = await upscale("clip.mp4", { model: await loadModel("m3-x2"), output, end: 0.3 });
      console.log(JSON.stringify([report.frames, report.model]));
    })();`;
  await cp(clip, join(project, "clip.mp4"));
  const seen = [
    await runProgram(
      "esm.js",
      program(`import { upscale } from "@tatami/upscale"; import { loadModel } from "@tatami/zoo";`),
    ),
    await runProgram(
      "cjs.cjs",
      program(
        `const { upscale } = require("@tatami/upscale"); const { loadModel } = require("@tatami/zoo");`,
      ),
    ),
  ];
  for (const each of seen) expect(JSON.parse(each)).toEqual([8, "m3-x2"]);
  await expect(access(join(project, "node_modules/onnxruntime-web"))).rejects.toThrow("ENOENT");
  const [first, second] = await Promise.all(
    ["esm.mp4", "cjs.mp4"].map((name) => readFile(join(project, name))),
  );
  expect(first!.length).toBeGreaterThan(1000);
  expect(second).toEqual(first);
});

/** A page that upscales frames, in the stranger's project. */
async function createPage(): Promise<string> {
  const page = join(project, "page");
  await mkdir(page, { recursive: true });
  await writeFile(join(page, "index.html"), `<script type="module" src="./page.js"></script>`);
  await writeFile(
    join(page, "page.js"),
    `import { createUpscaler } from "@tatami/upscale";
import { loadModel } from "@tatami/zoo";
globalThis.start = async () => createUpscaler({ model: await loadModel("m3-x2") });
`,
  );
  return page;
}

async function buildByVite(page: string, outDir: string): Promise<void> {
  const build = { outDir, reportCompressedSize: false, minify: false } as const;
  await vite.build({ configFile: false, root: page, logLevel: "error", build });
}

async function buildByWebpack(page: string, path: string): Promise<void> {
  const compiler = webpack({
    mode: "production",
    context: page,
    entry: "./page.js",
    output: { path },
    optimization: { minimize: false },
    performance: false,
  });
  const stats = await promisify(compiler!.run.bind(compiler))();
  await promisify(compiler!.close.bind(compiler))();
  const { errors = [] } = stats?.toJson({ all: false, errors: true }) ?? {};
  expect(errors.map(({ message }) => message)).toEqual([]);
}

async function buildByEsbuild(page: string, outdir: string): Promise<void> {
  await esbuild.build({
    absWorkingDir: page,
    entryPoints: ["page.js"],
    bundle: true,
    splitting: true,
    format: "esm",
    outdir,
    logLevel: "silent",
  });
}

test.each([
  ["Vite", buildByVite],
  ["webpack 5", buildByWebpack],
  ["esbuild", buildByEsbuild],
])("a page is built by %s without onnxruntime-web, which nobody installed", async (name, build) => {
  const folder = join(project, `built ${name}`);
  await build(await createPage(), folder);
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const kept = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  expect(kept.some((path) => path.endsWith(".js"))).toBe(true);
  expect(kept.filter((path) => /ort[-.]wasm/.test(path))).toEqual([]);
  const sizes = await Promise.all(kept.map((path) => stat(path)));
  expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(6e6);
});

/** As the zoo's README has it: its files must stay where they lie, and what it is made of must not. */
const optimizeDeps = { exclude: ["@tatami/zoo"], include: ["@tatami/zoo > @tatami/graph"] };

test.each<[string, Pick<typeof vite, "createServer">]>([
  ["8", vite],
  ["7", vite7 as unknown as Pick<typeof vite, "createServer">],
])(
  "a page runs from the development server of Vite %s, models and all",
  async (version, { createServer }) => {
    const chromium = findChromium();
    if (chromium === undefined) throw new Error(howToGetChromium);
    const root = await createPage();
    const cacheDir = join(project, `.vite-${version}`);
    const server = await createServer({ configFile: false, root, cacheDir, logLevel: "error", optimizeDeps });
    const browser = await launchChromium(chromium);
    try {
      await server.listen(0);
      const page = await browser.newPage();
      const failures: string[] = [];
      page.on("pageerror", ({ message }) => failures.push(message));
      await page.goto(server.resolvedUrls!.local[0]!);
      await page.waitForFunction(() => "start" in globalThis);
      const backend = await page.evaluate(async () => {
        const { start } = globalThis as unknown as { start(): Promise<{ readonly backend: string }> };
        return (await start()).backend;
      });
      expect([backend, failures]).toEqual(["wasm", []]);
    } finally {
      await browser.close();
      await server.close();
    }
  },
);

const cases = Object.keys(compilers).flatMap((compiler) =>
  Object.keys(resolutions).flatMap((resolution) =>
    Object.keys(libraries).map((library): [string, string, string, boolean] => [
      compiler,
      resolution,
      library,
      // names of WebCodecs and WebGPU are in no library but the newest DOM
      compiler === "newest" && library === "with DOM",
    ]),
  ),
);

test.each(cases)("the %s TypeScript takes the declarations, %s, %s; reads them all: %s", async (...named) => {
  const [compiler, resolution, library, checksAll] = named;
  const folder = join(project, `${compiler} ${resolution} ${library}`);
  await mkdir(folder);
  await writeFile(join(folder, "use.ts"), usage);
  const compilerOptions = {
    ...strict,
    ...resolutions[resolution as keyof typeof resolutions],
    ...libraries[library as keyof typeof libraries],
    // as tsc --init has it
    skipLibCheck: !checksAll,
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["use.ts"] }));
  const tsc = join(project, "node_modules", `typescript-${compiler}`, "bin/tsc");
  const { stdout } = await run(process.execPath, [tsc, "-p", folder], { cwd: folder }).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout.slice(0, 3000), basename(folder)).toBe("");
});
