import { defineConfig } from "vitest/config";

const source = {
  resolve: { conditions: ["@tatami/source"] },
  ssr: { resolve: { conditions: ["@tatami/source"] } },
};
const timeouts = { testTimeout: 120_000, hookTimeout: 120_000 };
/** One measures what its process holds; one asks what there is to encode with before others add to it. */
const alone = ["src/node/pictures/endurance.test.ts", "src/mediabunny/driver.test.ts"];

export default defineConfig({
  test: {
    projects: [
      // what they import is large
      {
        ...source,
        test: {
          name: "codecs",
          include: ["src/**/*.test.ts"],
          exclude: alone,
          isolate: false,
          ...timeouts,
        },
      },
      { ...source, test: { name: "alone", include: alone, ...timeouts } },
    ],
  },
});
