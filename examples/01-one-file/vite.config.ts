import { defaultClientConditions, defineConfig } from "vite";

/** What a page needs to be sent with for SharedArrayBuffer, so for more than one thread. */
const crossOriginIsolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  base: "./", // The built page works in any folder of a site.
  resolve: { conditions: ["@tatami/source", ...defaultClientConditions] }, // This repository's sources, unbuilt.
  // Modules: the engine is loaded when needed, and starts its threads from its own file.
  worker: { format: "es" },
  // It finds its .wasm beside itself, which moving it into Vite's cache would break.
  // The worker is named because a dependency first met in it would make the server load the page again.
  optimizeDeps: { exclude: ["onnxruntime-web"], entries: ["index.html", "src/worker.ts"] },
  build: { target: "es2022", reportCompressedSize: false },
  server: { headers: crossOriginIsolation },
  preview: { headers: crossOriginIsolation },
});
