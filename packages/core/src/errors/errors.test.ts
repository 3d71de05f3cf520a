import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { abortable, throwIfAborted } from "./abort.ts";
import { TatamiError } from "./errors.ts";

const init = { code: "device-lost", message: "The device is gone.", fix: "Start again." } as const;

describe("TatamiError", () => {
  it("survives the wire with class, code, message, fix and detail", () => {
    const details = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.boolean(), fc.integer()));
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), details, (message, fix, detail) => {
        const error = new TatamiError({ code: "internal", message, fix, detail });
        const back = TatamiError.from(JSON.parse(JSON.stringify(error)));
        expect(back.toJSON()).toEqual(JSON.parse(JSON.stringify(error.toJSON())));
        expect(back.stack).toBe(error.stack);
      }),
    );
  });

  it("is told by its mark, not by its class, and by its code if one is asked for", () => {
    const error = new TatamiError(init);
    expect(TatamiError.is(error)).toBe(true);
    expect(TatamiError.is(error, "device-lost")).toBe(true);
    expect(TatamiError.is(error, "internal")).toBe(false);
    expect(TatamiError.is({ isTatamiError: true, code: "internal" }, "internal")).toBe(true);
    for (const other of [new Error("x"), undefined, null, 3, "isTatamiError"])
      expect(TatamiError.is(other)).toBe(false);
  });

  it("keeps its cause", () => {
    const cause = new Error("why");
    expect(new TatamiError({ ...init, cause }).cause).toBe(cause);
  });
});

describe("aborts", () => {
  it("throw the signal's reason untouched", async () => {
    const reason = { any: "thing" };
    const signal = AbortSignal.abort(reason);
    expect(() => throwIfAborted(signal)).toThrow(expect.objectContaining(reason));
    await expect(abortable(Promise.reject(new Error("late")), signal)).rejects.toBe(reason);
  });

  it("wake whoever waits, once", async () => {
    const controller = new AbortController();
    const waiting = abortable(new Promise(() => {}), controller.signal);
    controller.abort("now");
    await expect(waiting).rejects.toBe("now");
  });

  it("leave a settled promise alone", async () => {
    const controller = new AbortController();
    await expect(abortable(Promise.resolve(5), controller.signal)).resolves.toBe(5);
    controller.abort();
    await expect(abortable(Promise.resolve(6), undefined)).resolves.toBe(6);
  });
});
