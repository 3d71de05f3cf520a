import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checkEnvironment } from "./check-environment.ts";

const encodes = vi.fn<(config: { codec: string }) => Promise<{ supported: boolean }>>();

/** A browser that has everything. */
beforeEach(() => {
  encodes.mockReset().mockResolvedValue({ supported: true });
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("crossOriginIsolated", true);
  vi.stubGlobal("VideoFrame", vi.fn());
  vi.stubGlobal("VideoDecoder", vi.fn());
  vi.stubGlobal("VideoEncoder", { isConfigSupported: encodes });
  vi.stubGlobal("navigator", { mediaDevices: {} });
});
afterEach(() => vi.unstubAllGlobals());

describe("checkEnvironment", () => {
  it("finds nothing missing where everything is, and outside of browsers", async () => {
    expect(await checkEnvironment({ camera: true })).toEqual({ isolated: true });
    vi.unstubAllGlobals();
    expect(await checkEnvironment({ camera: true })).toEqual({ isolated: false });
  });

  it.each([
    ["isSecureContext", false, "secure-context", /https:\/\/.*localhost/],
    ["VideoDecoder", undefined, "webcodecs", /Chrome.*Firefox.*Safari/],
    ["VideoFrame", undefined, "webcodecs", /Chrome.*Firefox.*Safari/],
    ["AbortSignal", {}, "abort-signal-any", /Chrome.*Firefox.*Safari/],
    ["WebAssembly", undefined, "webassembly", /Lockdown Mode/],
    ["navigator", {}, "media-devices", /Chrome.*Firefox.*Safari/],
  ])("names a missing %s before anything else is asked", async (name, value, what, fix) => {
    vi.stubGlobal(name, value);
    const { missing } = await checkEnvironment({ camera: true });
    expect(missing).toMatchObject({ code: "unsupported-environment", detail: { missing: what } });
    expect(missing?.message).toMatch(/^This [^.]*\.$/);
    expect(missing?.fix).toMatch(fix);
    expect(encodes).not.toHaveBeenCalled();
  });

  it("an encoder is asked for only where videos are written, and one codec is enough", async () => {
    encodes.mockImplementation(async ({ codec }) => ({ supported: codec.startsWith("vp09") }));
    expect(await checkEnvironment()).toEqual({ isolated: true });
    encodes.mockRejectedValue(new TypeError("not a codec"));
    expect((await checkEnvironment()).missing).toMatchObject({ detail: { missing: "encoder" } });
    vi.stubGlobal("VideoEncoder", undefined);
    expect((await checkEnvironment()).missing).toMatchObject({ detail: { missing: "webcodecs" } });
    expect(await checkEnvironment({ encode: false })).toEqual({ isolated: true });
  });
});
