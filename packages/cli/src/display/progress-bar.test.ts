import type { Progress } from "@tatami/upscale";
import { describe, expect, it, test } from "vitest";
import { createProgressDisplay } from "./progress-bar.ts";
import { frameProgress, progressBarLine } from "./progress-line.ts";
import type { Shell } from "../shell.ts";
import { createCapture, fakeProgress } from "../testing/fake-shell.ts";

const halfway: Progress = { ...fakeProgress, framesDone: 60, framesPerSecond: 3.52, secondsLeft: 17 };
const { framesTotal: _total, secondsLeft: _left, ...endless } = halfway;

test("frameProgress says frames, rate and time left, and leaves out what is not known", () => {
  expect(frameProgress(halfway).line).toBe("60/120 frames  3.5 fps  ETA 0:17");
  expect(frameProgress(endless).line).toBe("60 frames  3.5 fps");
  expect(frameProgress({ ...halfway, framesDone: 0, framesPerSecond: 0 }).line).toBe("0/120 frames");
});

describe("progressBarLine", () => {
  it("fills as far as the job has come", () => {
    expect(progressBarLine("a.mp4", frameProgress(halfway), 60)).toBe(
      "a.mp4 ███████▒▒▒▒▒▒▒  50%  60/120 frames  3.5 fps  ETA 0:17".replaceAll("▒", "░"),
    );
    expect(progressBarLine("a.mp4", frameProgress(fakeProgress), 80)).toContain("█ 100%");
    expect(progressBarLine("a.mp4", frameProgress({ ...halfway, framesDone: 130 }), 80)).toContain("█ 100%");
  });

  it("does without the bar where the end is not known or there is no room", () => {
    expect(progressBarLine("a.mp4", frameProgress(endless), 80)).toBe("a.mp4  60 frames  3.5 fps");
    expect(progressBarLine("a.mp4", frameProgress(halfway), 48)).toBe(
      "a.mp4  50%  60/120 frames  3.5 fps  ETA 0:17",
    );
    expect(progressBarLine("a.mp4", frameProgress(halfway), 20)).toHaveLength(20);
  });
});

describe("createProgressDisplay", () => {
  function createWorld(isTerminal: boolean, times: readonly number[] = []) {
    const stderr = createCapture(isTerminal);
    const clock = [...times];
    const shell = { stderr: stderr.output, now: () => clock.shift() ?? 0 } as unknown as Shell;
    return { shell, text: stderr.text };
  }

  it("draws a bar on a terminal, and clears it and shows the cursor at the end", () => {
    const { shell, text } = createWorld(true);
    const display = createProgressDisplay(shell, "a.mp4", false);
    display.show(frameProgress(halfway));
    display[Symbol.dispose]();
    expect(text()).toContain("a.mp4  starting");
    expect(text()).toContain("50%  60/120 frames  3.5 fps  ETA 0:17");
    expect(text().replaceAll("\u001B", "ESC")).toMatch(/ESC\[\?25h[^]*ESC\[2K$/);
  });

  it("writes a line every five seconds elsewhere", () => {
    const { shell, text } = createWorld(false, [0, 100, 5000, 5000, 9999, 10_000, 10_000]);
    const display = createProgressDisplay(shell, "a.mp4", false);
    for (const framesDone of [1, 2, 3, 4]) display.show(frameProgress({ ...halfway, framesDone }));
    display[Symbol.dispose]();
    expect(text()).toBe("a.mp4  2/120 frames  3.5 fps  ETA 0:17\na.mp4  4/120 frames  3.5 fps  ETA 0:17\n");
  });

  it("is silent when asked to be", () => {
    const { shell, text } = createWorld(true);
    const display = createProgressDisplay(shell, "a.mp4", true);
    display.show(frameProgress(halfway));
    display[Symbol.dispose]();
    expect(text()).toBe("");
  });
});
