import { defaultClientConditions, defineConfig } from "vite";

/** What a page needs to be sent with for SharedArrayBuffer, so for more than one training thread. */
const crossOriginIsolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  base: "./", // The built page works in any folder of a site.
  resolve: { conditions: ["@tatami/source", ...defaultClientConditions] }, // This repository's sources, unbuilt.
  // Modules: the kernels are loaded when needed, and the training worker starts helpers of its own.
  worker: { format: "es" },
  // The workers are named because a dependency first met in one would make the server load the page again.
  optimizeDeps: { entries: ["index.html", "src/worker.ts", "src/batch-worker.ts"] },
  build: { target: "es2022", reportCompressedSize: false },
  server: { headers: crossOriginIsolation },
  preview: { headers: crossOriginIsolation },
});
