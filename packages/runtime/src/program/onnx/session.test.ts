/** What becomes of a session that cannot be made or run, told by a library that refuses on purpose. */

import { add, exponential, mean, parameter, relu, reshape } from "@tatami/graph";
import { describe, expect, it } from "vitest";
import type { OrtModule } from "../../onnx/load-ort.ts";
import { closeSession, openSession, takeTurn } from "./session.ts";

const x = parameter("x", [2, 3]);
const program = {
  name: "sum",
  outputs: { y: mean(add(relu(reshape(x, [6])), reshape(exponential(x), [6]))) },
};

/** A library that makes no session of a file with one of these words in it. */
function refusing(reason: string, ...words: readonly string[]): OrtModule {
  const create = async (file: Uint8Array): Promise<unknown> => {
    const text = new TextDecoder("latin1").decode(file);
    if (words.every((word) => text.includes(word))) throw new Error(reason);
    return { release: async () => {} };
  };
  return { InferenceSession: { create } } as unknown as OrtModule;
}

describe("a session", () => {
  it("that is refused for an op names it", async () => {
    await expect(openSession({ ort: refusing("no kernel", "Exp") }, program)).rejects.toMatchObject({
      code: "invalid-model",
      message: expect.stringMatching(/refused program "sum", which needs exponential: Error: no kernel/),
      detail: { program: "sum", op: "exponential" },
    });
  });

  it("that is refused as a whole only names no op", async () => {
    await expect(openSession({ ort: refusing("odd", "Exp", "Relu") }, program)).rejects.toMatchObject({
      code: "invalid-model",
      detail: { program: "sum" },
    });
  });

  it("for which memory is short is no wrong model", async () => {
    await expect(openSession({ ort: refusing("std::bad_alloc", "Exp") }, program)).rejects.toMatchObject({
      code: "out-of-memory",
      fix: expect.stringMatching(/smaller batches/),
    });
  });

  it("is entered by one at a time, in order, also after a failure", async () => {
    const host = { ort: refusing("never", "no such op") };
    const seen: string[] = [];
    const enter = (name: string, fails: boolean): Promise<void> =>
      takeTurn(host, name, async () => {
        seen.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        seen.push(`${name} ends`);
        if (fails) throw new Error("odd");
      });
    const settled = await Promise.allSettled([enter("first", true), enter("second", false)]);
    expect(seen).toEqual(["first begins", "first ends", "second begins", "second ends"]);
    expect(settled.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    expect(settled[0]).toMatchObject({
      reason: { code: "internal", message: expect.stringMatching(/"first"/) },
    });
    const session = await openSession(host, program);
    await expect(closeSession(host, "sum", session)).resolves.toBeUndefined();
  });
});
