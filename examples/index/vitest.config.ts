import { defineConfig } from "vitest/config";

/** Apart from vite.config.ts, whose root is that of all examples. */
export default defineConfig({ test: { include: ["src/**/*.test.ts"] } });
