/** All example pages as one site: an index at its root, and each page in the folder that it has here. */

import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { definePage } from "@tatami/example-parts/page-config";
import { mergeConfig, type Plugin } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const pages = readdirSync(root).filter((folder) => existsSync(`${root}/${folder}/index.html`));

/** A page names its own files from its own root, which here is a folder. */
const inItsFolder: Plugin = {
  name: "page-in-its-folder",
  transformIndexHtml: { order: "pre", handler: (html) => html.replaceAll('="/src/', '="./src/') },
};

export default mergeConfig(definePage(["*/index.html", "*/src/**/worker.ts", "shared/src/look-worker.ts"]), {
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
