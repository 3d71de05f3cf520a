/** The site: every document of the repository that people read, as static files. */

import { fileURLToPath } from "node:url";
import { defaultClientConditions } from "vite";
import { defineConfig } from "vitepress";
import { rewrite, slug } from "./pages.ts";
import { sidebar } from "./sidebar.ts";
import { siteLinks } from "./site-links.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Where the site lies on its server; with a slash at both ends. */
const base = process.env["TATAMI_DOCS_BASE"] ?? "/";
/** Where the repository is for people; links to files that are no pages lead there. */
const home = process.env["TATAMI_DOCS_HOME"];

/** What stands for onnxruntime-web: its engines are left out, 41 MB for one page. */
const leftOut = fileURLToPath(new URL("theme/left-out.ts", import.meta.url));

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%238f9a63' d='M1 1h9v4H1zM11 1h4v9h-4zM1 6h4v9H1zM6 6h4v4H6zM6 11h9v4H6z'/%3E%3C/svg%3E";

export default defineConfig({
  title: "Tatami",
  description: "Streaming video super-resolution in TypeScript: in a page, in Node, in a terminal.",
  lang: "en-GB",
  base,
  srcDir: "..",
  srcExclude: [
    "README.md",
    ".changeset/**",
    "examples/**",
    "packages/*/*/**",
    "packages/*/!(README|BENCH).md",
    "test/*/**",
  ],
  rewrites: (file) => rewrite(file) ?? file,
  cleanUrls: false,
  head: [["link", { rel: "icon", href: icon }]],
  markdown: {
    anchor: { slugify: slug },
    config: (md) => siteLinks(md, root, home),
    theme: { light: "github-light-high-contrast", dark: "github-dark" },
  },
  vite: {
    publicDir: fileURLToPath(new URL("../public", import.meta.url)),
    // the engine's worker loads its kernels when it needs them
    worker: { format: "es" },
    // the server's root is the repository's: what is scanned and watched there is what is read
    optimizeDeps: {
      exclude: ["@tatami/element"],
      entries: [fileURLToPath(new URL("theme/index.ts", import.meta.url))],
    },
    server: { watch: { ignored: ["**/dist/**", "**/test/.output/**", "**/checkpoints/**"] } },
    resolve: {
      // this repository's sources, unbuilt
      conditions: ["@tatami/source", ...defaultClientConditions],
      alias: [{ find: /^onnxruntime-web(\/.*)?$/, replacement: leftOut }],
    },
    build: { target: "es2022", chunkSizeWarningLimit: 2000, reportCompressedSize: false },
  },
  themeConfig: {
    nav: [
      { text: "Guide", link: "/start", activeMatch: "^/(start|guide|recipes)" },
      { text: "Reference", link: "/reference/command-line", activeMatch: "^/(reference|api)/" },
      { text: "Packages", link: "/packages/upscale", activeMatch: "^/packages/" },
      { text: "Inside", link: "/architecture", activeMatch: "^/(architecture|contributing|decisions)" },
    ],
    sidebar: sidebar(),
    search: { provider: "local" },
    outline: { level: [2, 3] },
    footer: { message: "MIT. Nothing on these pages is fetched from another host." },
    ...(home !== undefined && { socialLinks: [{ icon: "github", link: home }] }),
  },
});
