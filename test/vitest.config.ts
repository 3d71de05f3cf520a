import { defineConfig } from "vitest/config";
import { createBrowserSummary } from "./support/browser/summary.ts";

const source = {
  resolve: { conditions: ["@tatami/source"] },
  ssr: { resolve: { conditions: ["@tatami/source"] } },
};

const common = {
  // what they import is large, and none changes it
  isolate: false,
  testTimeout: 120_000,
  hookTimeout: 120_000,
  teardownTimeout: 30_000,
  // a second is not enough on a machine that runs both halves of the tests
  expect: { poll: { timeout: 20_000 } },
};

export default defineConfig({
  test: {
    reporters: ["default", createBrowserSummary()],
    projects: [
      {
        ...source,
        test: { name: "laws", include: ["laws/**/*.test.ts", "support/**/*.test.ts"], ...common },
      },
      {
        ...source,
        test: {
          name: "media",
          include: [
            "documents/**/*.test.ts",
            "media/**/*.test.ts",
            "contract/**/*.test.ts",
            "packed/**/*.test.ts",
          ],
          ...common,
        },
      },
      {
        ...source,
        test: {
          name: "browser",
          include: ["browser/**/*.test.ts"],
          globalSetup: ["./support/browser/setup.ts"],
          fileParallelism: false,
          ...common,
        },
      },
    ],
  },
});
