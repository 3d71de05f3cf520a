import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@tatami/source"] },
  ssr: { resolve: { conditions: ["@tatami/source", "node", "module"] } },
  // what they import is large, and none changes it
  test: { include: ["src/**/*.test.ts"], isolate: false, testTimeout: 60_000, hookTimeout: 60_000 },
});
