import { defineConfig } from "vitest/config";

// real recordings are upscaled by a program of its own, on a machine that may be busy
export default defineConfig({ test: { testTimeout: 120_000, hookTimeout: 120_000 } });
