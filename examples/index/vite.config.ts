/** All example pages as one site: an index at its root, and each page in the folder that it has here. */

import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { definePage } from "@tatami/example-parts/page-config";
import { mergeConfig } from "vite";
import type { Plugin } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const pages = readdirSync(root).filter((folder) => existsSync(`${root}/${folder}/index.html`));

/** The way back to the index, from the name at the head of a page; it has none where it is served by itself. */
const wayBack =
  '<a href="../" style="color: inherit; text-decoration: none" aria-label="Tatami, all examples">Tatami</a>';

/** A page names its own files from its own root, which here is a folder. */
const inItsFolder: Plugin = {
  name: "page-in-its-folder",
  transformIndexHtml: {
    order: "pre",
    handler: (html, { path }) =>
      path === "/index.html"
        ? html
        : html.replaceAll('="/src/', '="./src/').replace("<h1>Tatami</h1>", `<h1>${wayBack}</h1>`),
  },
};

export default mergeConfig(definePage(["*/index.html", "*/src/**/*worker.ts", "shared/src/look-worker.ts"]), {
  root,
  publicDir: fileURLToPath(new URL("public", import.meta.url)),
  cacheDir: fileURLToPath(new URL("node_modules/.vite", import.meta.url)),
  plugins: [inItsFolder],
  build: {
    outDir: fileURLToPath(new URL("dist", import.meta.url)),
    emptyOutDir: true,
    rolldownOptions: {
      input: ["index.html", ...pages.map((page) => `${page}/index.html`)].map((path) => root + path),
    },
  },
});
