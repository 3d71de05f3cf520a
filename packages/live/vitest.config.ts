import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@tatami/source"] },
  ssr: { resolve: { conditions: ["@tatami/source"] } },
  test: { include: ["src/**/*.test.ts"], testTimeout: 120_000 },
});
