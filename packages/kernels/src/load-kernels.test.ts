import { readFile } from "node:fs/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createArena } from "./arena.ts";
import { createInference } from "./inference/run.ts";
import { loadKernels } from "./load-kernels.ts";

afterEach(() => vi.restoreAllMocks());

describe("loadKernels", () => {
  it("takes the relaxed build where the engine accepts it, else plain SIMD", async () => {
    const { validate } = WebAssembly;
    const relaxed = await import("./generated/inference-relaxed.ts");
    const size = Buffer.from(relaxed.base64, "base64").length;
    for (const accepts of [false, true]) {
      vi.spyOn(WebAssembly, "validate").mockImplementation((bytes) =>
        bytes.byteLength === size ? accepts && validate(bytes) : validate(bytes),
      );
      const has = accepts && validate(Buffer.from(relaxed.base64, "base64"));
      expect((await loadKernels("inference")).build).toBe(has ? "relaxed" : "simd");
      vi.restoreAllMocks();
    }
  });

  it("says what is missing where there is no SIMD, or not the kind asked for", async () => {
    vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
    const wanted = { code: "unsupported-environment", fix: expect.stringMatching(/\.$/) };
    await expect(loadKernels("inference")).rejects.toMatchObject(wanted);
    await expect(loadKernels("inference", "relaxed")).rejects.toThrow(/no WebAssembly relaxed SIMD/);
  });

  it("gives a module whose instance takes no job where there is none", async () => {
    const { module } = await loadKernels("inference", "simd");
    const arena = createArena();
    const next = arena.take(4);
    createInference(module, arena.memory).takeJobs(0, 0, 0, next);
    expect(new Int32Array(arena.memory.buffer, next, 1)[0]).toBe(1);
  });

  it.each(["inference", "training", "reuse", "resize"] as const)(
    "%s asks for a memory at most",
    async (kind) => {
      const imports = WebAssembly.Module.imports((await loadKernels(kind)).module);
      expect(imports.map(({ name }) => name)).toEqual(kind === "inference" ? ["memory"] : []);
    },
  );

  it("carries the very bytes that the compiler wrote", async () => {
    const { base64 } = await import("./generated/inference-simd.ts");
    const file = await readFile(new URL("../wasm/inference-simd.wasm", import.meta.url));
    expect(Buffer.from(base64, "base64").equals(file)).toBe(true);
  });
});
