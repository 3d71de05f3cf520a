/** Bundlers: a page is built, weighed, and run in Chromium, where its pixels are those of Node. */

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as esbuild from "esbuild";
import type { Browser } from "playwright-core";
import * as vite from "vite";
import * as vite7 from "vite-7";
import webpack from "webpack";
import { serveFolder } from "../../support/browser/serve-folder.ts";
import { pixelsProgram } from "./pixels.ts";
import type { Try } from "./row.ts";
import type { Expected } from "./runtimes.ts";
import { same } from "./runtimes.ts";
import type { Stranger } from "./stranger.ts";
import { versionOf } from "./stranger.ts";

const run = promisify(execFile);
const imports = `import * as up from "@tatami/upscale";\nimport { loadModel } from "@tatami/zoo";\n`;
/** As the zoo's README has it for Vite 7: its files must stay where they lie, and what it is made of must not. */
const optimizeDeps = { exclude: ["@tatami/zoo"], include: ["@tatami/zoo > @tatami/graph"] };

type Vite = Pick<typeof vite, "build" | "createServer" | "version">;

/** The bundlers to try. */
export async function bundlers(
  stranger: Stranger,
  browser: Browser,
  expected: Expected,
): Promise<readonly Try[]> {
  const root = join(stranger.folder, "page");
  await mkdir(root);
  await writeFile(join(root, "index.html"), `<!doctype html><script type="module" src="./page.js"></script>`);
  await writeFile(
    join(root, "page.js"),
    `${imports}${pixelsProgram}\nglobalThis.start = (options) => pixels(up, loadModel, options);\n`,
  );
  const looksAt = async (url: string, options = {}): Promise<void> => {
    const page = await browser.newPage();
    try {
      const failures: string[] = [];
      page.on("pageerror", ({ message }) => failures.push(message));
      await page.goto(url);
      await page.waitForFunction(() => "start" in globalThis, undefined, { timeout: 60_000 });
      const pixels = await page.evaluate(
        (given) => (globalThis as unknown as { start(given: object): Promise<string> }).start(given),
        options,
      );
      if (failures.length > 0) throw new Error(failures.join("; "));
      same(expected, "pixels", pixels);
    } finally {
      await page.close();
    }
  };
  const builds =
    (name: string, build: (out: string) => Promise<void>, takesModels = true) =>
    async (): Promise<string> => {
      const out = join(stranger.folder, `built ${name}`);
      await build(out);
      const words = await weigh(out);
      if (!takesModels)
        await cp(join(stranger.folder, "node_modules/@tatami/zoo/models"), join(out, "models"), {
          recursive: true,
        });
      await using server = await serveFolder(out);
      await looksAt(`${server.url}/`, takesModels ? {} : { baseUrl: "./models/" });
      return `${words}; runs, the same pixels`;
    };
  const ofVite = (bundler: Vite, version: string): Try[] => [
    {
      where: `Vite ${version}`,
      what: "build",
      run: builds(`vite ${version}`, async (outDir) => {
        await bundler.build({
          configFile: false,
          root,
          logLevel: "error",
          build: { outDir, emptyOutDir: true },
        });
      }),
    },
    {
      where: `Vite ${version}`,
      what: "development server",
      run: async () => {
        const cacheDir = join(stranger.folder, `.vite ${version}`);
        const isOld = version.startsWith("7");
        const server = await bundler.createServer({
          configFile: false,
          root,
          cacheDir,
          logLevel: "error",
          ...(isOld && { optimizeDeps }),
        });
        try {
          await server.listen(0);
          await looksAt(server.resolvedUrls!.local[0]!);
          return isOld
            ? "runs with the zoo's optimizeDeps, the same pixels"
            : "runs as it is, the same pixels";
        } finally {
          await server.close();
        }
      },
    },
  ];
  const alone = join(stranger.folder, "alone");
  await mkdir(alone);
  await writeFile(join(alone, "index.html"), page);
  await writeFile(
    join(alone, "page.js"),
    `import * as up from "@tatami/upscale";
import { loadModel } from "@tatami/zoo/models/m3-x2";
${pixelsProgram}
globalThis.start = (options) => pixels(up, (_name, given) => loadModel(given), options);
`,
  );
  const one = async (outDir: string): Promise<void> => {
    await vite.build({
      configFile: false,
      root: alone,
      logLevel: "error",
      build: { outDir, emptyOutDir: true },
    });
  };
  return [
    ...ofVite(vite, vite.version),
    { where: `Vite ${vite.version}`, what: "build, of one model alone", run: builds("one model", one) },
    ...ofVite(vite7 as unknown as Vite, vite7.version),
    {
      where: `webpack ${webpack.version}`,
      what: "build",
      run: builds("webpack", (out) => byWebpack(root, out)),
    },
    {
      where: `esbuild ${esbuild.version}`,
      what: "build, models served",
      run: builds("esbuild", (out) => byEsbuild(root, out), false),
    },
    await ofRollup(stranger, root, builds),
    ...(await ofNext(stranger, looksAt)),
  ];
}

const page = `<!doctype html><script type="module" src="./page.js"></script>`;

async function byWebpack(root: string, path: string): Promise<void> {
  const compiler = webpack({
    mode: "production",
    context: root,
    entry: "./page.js",
    output: { path, filename: "page.js" },
    performance: false,
  });
  const stats = await promisify(compiler!.run.bind(compiler))();
  await promisify(compiler!.close.bind(compiler))();
  const { errors = [] } = stats?.toJson({ all: false, errors: true }) ?? {};
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join("; "));
  await writeFile(join(path, "index.html"), page);
}

async function byEsbuild(root: string, outdir: string): Promise<void> {
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ["page.js"],
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    outdir,
    logLevel: "silent",
  });
  await writeFile(join(outdir, "index.html"), page);
}

async function ofRollup(
  { tool }: Stranger,
  root: string,
  builds: (name: string, build: (out: string) => Promise<void>) => () => Promise<string>,
): Promise<Try> {
  const place = await tool(
    "rollup",
    "rollup@4.68.8",
    "@rollup/plugin-node-resolve@16.0.3",
    "@rollup/plugin-commonjs@29.0.3",
    "@web/rollup-plugin-import-meta-assets@2.3.3",
  );
  const config = `
import commonjs from "@rollup/plugin-commonjs";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { importMetaAssets } from "@web/rollup-plugin-import-meta-assets";
export default {
  input: ${JSON.stringify(join(root, "page.js"))},
  plugins: [nodeResolve({ browser: true }), commonjs(), importMetaAssets()],
  external: [/^onnxruntime-web/],
};
`;
  await writeFile(join(place, "rollup.config.mjs"), config);
  const build = async (out: string): Promise<void> => {
    const bin = join(place, "node_modules/rollup/dist/bin/rollup");
    await run(process.execPath, [bin, "-c", "--dir", out, "--silent"], { cwd: place });
    await writeFile(join(out, "index.html"), page);
  };
  return {
    where: `Rollup ${await versionOf(place, "rollup")}`,
    what: "build",
    run: builds("rollup", build),
  };
}

async function ofNext(
  { tool, tarballs }: Stranger,
  looksAt: (url: string) => Promise<void>,
): Promise<readonly Try[]> {
  const own = ["upscale", "zoo", "codecs", "core", "graph", "live", "patches", "runtime", "kernels"];
  const packed = own.map((name) => tarballs.get(`@tatami/${name}`)!);
  const place = await tool("next", "next@16.4.6", "react@19.3.1", "react-dom@19.3.1", ...packed);
  await mkdir(join(place, "app"));
  await writeFile(
    join(place, "app/layout.jsx"),
    `export default ({ children }) => <html><body>{children}</body></html>;\n`,
  );
  await writeFile(
    join(place, "app/page.jsx"),
    `"use client";
import { useEffect } from "react";
${imports}${pixelsProgram}
export default function Page() {
  useEffect(() => {
    globalThis.start = (options) => pixels(up, loadModel, options);
  }, []);
  return <p>Larger</p>;
}
`,
  );
  const version = await versionOf(place, "next");
  const bin = join(place, "node_modules/next/dist/bin/next");
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", CI: "1" };
  const goes = (flag: string) => async (): Promise<string> => {
    await run(process.execPath, [bin, "build", flag], { cwd: place, env, maxBuffer: 2 ** 26 });
    const port = 40_000 + (process.pid % 10_000);
    const server = spawn(process.execPath, [bin, "start", "-p", String(port)], { cwd: place, env });
    try {
      for await (const chunk of server.stdout) if (String(chunk).includes("Ready")) break;
      await looksAt(`http://localhost:${port}/`);
      return "a client component; runs, the same pixels";
    } finally {
      server.kill();
      if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
    }
  };
  return [
    { where: `Next.js ${version}`, what: "build by Turbopack, and start", run: goes("--turbopack") },
    { where: `Next.js ${version}`, what: "build by webpack, and start", run: goes("--webpack") },
  ];
}

/** Bytes of what was built, by what it is. */
async function weigh(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((each) =>
    each.isFile(),
  );
  const sums = { scripts: 0, models: 0, others: 0 };
  let models = 0;
  for (const { name, parentPath } of files) {
    const { size } = await stat(join(parentPath, name));
    const kind = /\.m?js$/.test(name) ? "scripts" : name.endsWith(".onnx") ? "models" : "others";
    if (kind === "models") models++;
    sums[kind] += size;
  }
  const kB = (bytes: number): string => `${Math.round(bytes / 1000)} kB`;
  return `${kB(sums.scripts)} of scripts in chunks, ${models} models of ${kB(sums.models)}`;
}
