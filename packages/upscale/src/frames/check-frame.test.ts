/** Wrong arguments at the doors: one error, short, with what would do. */

import { createFrame, createPlane, frameLedger, TatamiError } from "@tatami/core";
import { expect, test } from "vitest";
import { plan } from "../plan.ts";
import { seededSesr } from "../testing/models.ts";
import { upscale } from "../upscale.ts";
import { UpscaleStream } from "../upscale-stream.ts";
import { createUpscaler } from "../upscaler.ts";

const model = seededSesr();
type Any = (...given: readonly unknown[]) => unknown;
const [anyUpscale, anyPlan, anyCreate] = [upscale, plan, createUpscaler] as unknown as [Any, Any, Any];

test.each<[string, () => unknown]>([
  ["upscale without anything", () => anyUpscale()],
  ["upscale without options", () => anyUpscale("clip.mp4")],
  ["upscale of a number", () => anyUpscale(5, { model })],
  ["plan without options", () => anyPlan("clip.mp4")],
  ["an upscaler without options", () => anyCreate()],
  ["an upscaler without a model", () => anyCreate({})],
  ["a model's name for a model", () => anyCreate({ model: "m5-x2" })],
  ["a file for a model", () => anyCreate({ model: new Uint8Array(38_000) })],
  ["a function that loads none", () => anyCreate({ model: async () => 5 })],
  ["a stream without options", () => new (UpscaleStream as unknown as new () => unknown)()],
])("%s is refused", async (_name, call) => {
  const error = await Promise.resolve()
    .then(call)
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  expect(TatamiError.is(error, "invalid-option")).toBe(true);
  const { message, fix } = error as TatamiError;
  expect(message.length).toBeLessThan(200);
  expect(fix).toMatch(/\.$/);
});

test("what is no picture is refused, and what comes after the end is closed and refused", async () => {
  const upscaler = await createUpscaler({ model, backends: ["cpu"] });
  const frame = upscaler.frame as unknown as Any;
  for (const given of [undefined, null, "picture.png", {}])
    await expect(frame(given)).rejects.toMatchObject({
      code: "invalid-option",
      fix: expect.stringContaining("createFrame"),
    });
  await upscaler[Symbol.asyncDispose]();
  const plane = createPlane({ width: 4, height: 4 });
  const late = createFrame({ luma: plane, chroma: [plane, plane] }, { timestamp: 0 });
  await expect(upscaler.frame(late)).rejects.toMatchObject({ message: "This upscaler was disposed of." });
  expect(() => upscaler.frames((async function* () {})())).toThrow("disposed of");
  expect(frameLedger.open).toBe(0);
});
