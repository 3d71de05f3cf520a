import { defineConfig } from "vitest/config";

const source = {
  resolve: { conditions: ["@tatami/source"] },
  ssr: { resolve: { conditions: ["@tatami/source"] } },
};
/** It measures what its process holds. */
const alone = "src/data/dataset-file.test.ts";

export default defineConfig({
  test: {
    projects: [
      // what they import is large, and none changes it
      {
        ...source,
        test: {
          name: "train",
          include: ["src/**/*.test.ts"],
          exclude: [alone],
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      { ...source, test: { name: "alone", include: [alone], testTimeout: 120_000, hookTimeout: 120_000 } },
    ],
  },
});
