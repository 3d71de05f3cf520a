import { describe, expect, it } from "vitest";
import { outputFailed } from "./output-failed.ts";

const systemError = (code: string): Error => Object.assign(new Error("as the system says it"), { code });

describe("outputFailed", () => {
  it("says what a system error means, and what helps", () => {
    const cause = systemError("ENOSPC");
    expect(outputFailed('"a.mp4"', cause)).toMatchObject({
      code: "output-failed",
      message: '"a.mp4" could not be written: no space is left on that disk (ENOSPC).',
      fix: "Free some space on that disk, or write to another one.",
      detail: { systemError: "ENOSPC" },
      cause,
    });
  });

  it("keeps the words of what it does not know, and of who knows better", () => {
    expect(outputFailed("a stream", new Error("the pipe broke")).message).toBe(
      "a stream could not be written: the pipe broke.",
    );
    expect(outputFailed("a stream", systemError("EODD"))).toMatchObject({
      message: "a stream could not be written: as the system says it (EODD).",
      detail: { systemError: "EODD" },
    });
    expect(outputFailed('"a.mp4"', systemError("EACCES"), "its sound cannot be added")).toMatchObject({
      message: '"a.mp4" could not be written: its sound cannot be added.',
      fix: "Write to a folder you may write to, or change its permissions.",
    });
  });
});
