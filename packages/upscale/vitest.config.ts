import { defineConfig } from "vitest/config";

const source = {
  resolve: { conditions: ["@tatami/source"] },
  ssr: { resolve: { conditions: ["@tatami/source", "node", "module"] } },
};
const limits = { testTimeout: 120_000, hookTimeout: 120_000, execArgv: ["--expose-gc"] };
/** It measures what its process holds. */
const alone = ["src/memory.test.ts"];

export default defineConfig({
  test: {
    projects: [
      // what they import is large
      {
        ...source,
        test: {
          name: "upscale",
          include: ["src/**/*.test.ts"],
          exclude: alone,
          isolate: false,
          ...limits,
        },
      },
      { ...source, test: { name: "alone", include: alone, ...limits } },
    ],
  },
});
