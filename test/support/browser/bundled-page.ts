/** A small program, `browser/pages/bundled` unless another is named, built by each bundler as anyone would. */

import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as vite from "vite";
import webpack from "webpack";

const rootOf = (page: string): string =>
  fileURLToPath(new URL(`../../browser/pages/${page}`, import.meta.url));
const root = rootOf("bundled");

/** Builds a page into `folder`; rejects with what the bundler says, its warnings too. */
export type BuildPage = (folder: string, page?: string) => Promise<void>;

/** Vite, which bundles the worker and takes the models along. */
export const buildByVite: BuildPage = async (folder, page = "bundled") => {
  const warnings: string[] = [];
  await vite.build({
    configFile: false,
    root: rootOf(page),
    base: "./",
    logLevel: "error",
    worker: { rolldownOptions: { checks: { pluginTimings: false } } },
    build: {
      outDir: folder,
      emptyOutDir: true,
      reportCompressedSize: false,
      // how long its plugins took is no matter of the program's
      rolldownOptions: {
        checks: { pluginTimings: false },
        onwarn: ({ message }) => void warnings.push(message),
      },
    },
  });
  refuseWarnings(warnings);
};

/** webpack 5, which bundles the worker and takes the models along. Not minified, which takes most of its time. */
export const buildByWebpack: BuildPage = async (folder, page = "bundled") => {
  const compiler = webpack({
    mode: "production",
    context: rootOf(page),
    entry: "./page.js",
    output: { path: folder, filename: "page.js" },
    optimization: { minimize: false },
    // it would warn of the models' size
    performance: false,
  });
  const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) =>
    compiler!.run((error, done) => (error ? reject(error) : resolve(done))),
  );
  await new Promise<void>((resolve, reject) =>
    compiler!.close((error) => (error ? reject(error) : resolve())),
  );
  const { errors = [], warnings = [] } = stats?.toJson({ all: false, errors: true, warnings: true }) ?? {};
  refuseWarnings([...errors, ...warnings].map(({ message }) => message));
  await copyFile(join(rootOf(page), "index.html"), join(folder, "index.html"));
};

/** esbuild: the worker is an entry of its own, and the models are served beside it. */
export const buildByEsbuild: BuildPage = async (folder) => {
  const { warnings } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ["page.js", "upscaler.worker.js"],
    bundle: true,
    format: "esm",
    outdir: folder,
    logLevel: "silent",
  });
  refuseWarnings(warnings.map(({ text }) => text));
  await copyFile(join(root, "index.html"), join(folder, "index.html"));
};

/** esbuild, for Node: `server.js` and its worker. */
export const buildForNode: BuildPage = async (folder) => {
  const { warnings } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ["server.js", "upscaler.worker.js"],
    bundle: true,
    format: "esm",
    platform: "node",
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    logLevel: "silent",
  });
  refuseWarnings(warnings.map(({ text }) => text));
};

function refuseWarnings(warnings: readonly string[]): void {
  if (warnings.length > 0) throw new Error(`The bundler says:\n${warnings.join("\n")}`);
}
