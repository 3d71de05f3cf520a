import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@tatami/source"] },
  ssr: { resolve: { conditions: ["@tatami/source"] } },
  test: { include: ["src/**/*.test.ts"], isolate: false, testTimeout: 120_000, hookTimeout: 120_000 },
});
