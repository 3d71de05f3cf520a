/** Whether an example can run here, and how well. */

import type { Finding, Part } from "./machine.ts";

const missing: Readonly<Record<Part, string>> = {
  video: "Not in this browser: see below",
  camera: "Needs a camera; none was found",
  speed: "Needs WebGPU",
  cores: "Needs more cores",
};

const weak: Readonly<Record<Part, string>> = {
  video: "Runs here",
  camera: "Runs here",
  speed: "Runs here; smoother with WebGPU",
  cores: "Runs here, on one core",
};

/** @param needs what it needs, the gravest first. */
export function judge(needs: readonly Part[], machine: Readonly<Record<Part, Finding>>): Finding {
  for (const [state, words] of [["missing", missing] as const, ["weak", weak] as const]) {
    const part = needs.find((each) => machine[each].state === state);
    if (part) return { state, words: words[part] };
  }
  return { state: "there", words: "Runs here" };
}
