/** How Vite serves and builds an example's page. JavaScript, because Vite reads it before it reads TypeScript. */

import { defaultClientConditions, defineConfig } from "vite";

/** What a page needs to be sent with for SharedArrayBuffer, so for more than one thread. */
const crossOriginIsolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/**
 * @param {readonly string[]} workers the page's worker files, which the server must know of from the start: a dependency
 * first met in one would make it load the page again
 */
export function definePage(workers) {
  return defineConfig({
    base: "./", // The built page works in any folder of a site.
    resolve: { conditions: ["@tatami/source", ...defaultClientConditions] }, // This repository's sources, unbuilt.
    // Modules: the kernels are loaded when needed, and a worker may start others.
    worker: { format: "es" },
    // ONNX Runtime finds its .wasm beside itself, which moving it into Vite's cache would break.
    optimizeDeps: {
      exclude: ["onnxruntime-web"],
      entries: ["index.html", "../shared/src/look-worker.ts", ...workers],
    },
    build: { target: "es2022", reportCompressedSize: false },
    server: { headers: crossOriginIsolation },
    preview: { headers: crossOriginIsolation },
  });
}
