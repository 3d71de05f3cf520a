import { createHash } from "node:crypto";
import { expect, test, vi } from "vitest";
import { sha256Of } from "./sha256.ts";

test("is what Node makes of the same bytes, of a part of a buffer too", async () => {
  const bytes = Uint8Array.from({ length: 300 }, (_, index) => index);
  for (const each of [bytes, bytes.subarray(7, 90), new Uint8Array()])
    expect(await sha256Of(each)).toBe(createHash("sha256").update(each).digest("hex"));
});

test("says what a page without WebCrypto has to do", async () => {
  vi.stubGlobal("crypto", {});
  await expect(sha256Of(new Uint8Array(1))).rejects.toMatchObject({
    code: "unsupported-environment",
    fix: "Serve the page over HTTPS or from localhost.",
  });
  vi.unstubAllGlobals();
});
