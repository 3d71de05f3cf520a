import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@tatami/source"] },
  ssr: { resolve: { conditions: ["@tatami/source"] } },
  test: {
    include: ["src/**/*.test.ts"],
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Node 20 and 21 have relaxed SIMD behind a flag that later ones do not know
    execArgv: /^v2[01]\./.test(process.version) ? ["--experimental-wasm-relaxed-simd"] : [],
  },
});
