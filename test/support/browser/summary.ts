/** Ends a run with how many browser tests ran, and names those that were left out. */

import type { Reporter, TestCase, TestModule } from "vitest/node";
import { findChromium, howToGetChromium } from "./chromium.ts";

/** A reporter for the "browser" project; silent when none of its files were in the run. */
export const createBrowserSummary = (): Reporter => ({
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules
      .filter((module) => module.project.name === "browser")
      .flatMap((module) => [...module.children.allTests()]);
    if (tests.length === 0) return;
    const leftOut = tests.filter(wasLeftOut);
    const lines = leftOut.map((test) => `  left out: ${test.fullName}`);
    if (leftOut.length > 0 && findChromium() === undefined) lines.unshift(howToGetChromium);
    lines.push(`browser: ${tests.length - leftOut.length} ran, ${leftOut.length} left out`);
    const onGpu = tests.filter(needsGpu);
    const ran = onGpu.filter((test) => !wasLeftOut(test)).length;
    if (onGpu.length > 0) lines.push(`of these on WebGPU: ${ran} ran, ${onGpu.length - ran} left out`);
    process.stdout.write(`\n${lines.join("\n")}\n`);
  },
});

const needsGpu = ({ module }: TestCase): boolean => /\/webgpu-[^/]*$/.test(module.moduleId);

const wasLeftOut = (test: TestCase): boolean => {
  const { state } = test.result();
  return state === "skipped" || state === "pending";
};
