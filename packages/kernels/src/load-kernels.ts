/** Compiled kernels: the build with fused multiply-add where the engine has it, else plain SIMD. */

import { TatamiError } from "@tatami/core";

/** What the kernels are for. */
export type KernelKind = "inference" | "training" | "reuse" | "resize" | "fusion";

/** `relaxed` uses relaxed SIMD's fused multiply-add: faster, and rounded once instead of twice. */
export type KernelBuild = "relaxed" | "simd";

/** A module, ready to be instantiated any number of times, in any thread. */
export interface LoadedKernels {
  readonly build: KernelBuild;
  readonly module: WebAssembly.Module;
}

/**
 * Compiles kernels. The bytes come with the package's own code, so nothing is fetched.
 *
 * @param build @defaultValue relaxed where `WebAssembly.validate` accepts it, else plain SIMD
 * @throws TatamiError `unsupported-environment` when the engine has no such SIMD, or no shared memory.
 */
export async function loadKernels(kind: KernelKind, build?: KernelBuild): Promise<LoadedKernels> {
  for (const candidate of build ? [build] : (["relaxed", "simd"] as const)) {
    const bytes = decode((await modules[kind][candidate]()).base64);
    if (WebAssembly.validate(bytes)) return { build: candidate, module: await WebAssembly.compile(bytes) };
  }
  throw new TatamiError({
    code: "unsupported-environment",
    message: `This JavaScript engine has no WebAssembly ${build === "relaxed" ? "relaxed SIMD" : "SIMD"}.`,
    fix:
      build === "relaxed"
        ? "Leave the build out, so that plain SIMD is used."
        : "Use a browser or Node of 2022 or later.",
    detail: { build: build ?? "any" },
  });
}

// Imported one by one, so that a page downloads only the build it runs.
const modules: Record<KernelKind, Record<KernelBuild, () => Promise<{ readonly base64: string }>>> = {
  inference: {
    relaxed: () => import("./generated/inference-relaxed.ts"),
    simd: () => import("./generated/inference-simd.ts"),
  },
  training: {
    relaxed: () => import("./generated/training-relaxed.ts"),
    simd: () => import("./generated/training-simd.ts"),
  },
  reuse: {
    relaxed: () => import("./generated/reuse-relaxed.ts"),
    simd: () => import("./generated/reuse-simd.ts"),
  },
  resize: {
    relaxed: () => import("./generated/resize-relaxed.ts"),
    simd: () => import("./generated/resize-simd.ts"),
  },
  fusion: {
    relaxed: () => import("./generated/fusion-relaxed.ts"),
    simd: () => import("./generated/fusion-simd.ts"),
  },
};

function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
