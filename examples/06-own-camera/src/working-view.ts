/** A run under way: its figures and its curves. */

import { createCurve } from "./curve.ts";
import { element } from "@tatami/example-parts/element";
import { formatDuration, formatRate } from "@tatami/example-parts/format";
import { formatGain } from "./format.ts";
import type { EngineFacts, TuneUpdate } from "./protocol.ts";

export interface WorkingView {
  /** Begins with nothing known yet. */
  begin(): void;
  update(update: TuneUpdate): void;
  /** It was asked to end, and does so in a moment. */
  stopping(words: string): void;
}

const codecWords: Readonly<Record<string, string>> = { avc: "H.264", hevc: "H.265" };

export const createWorkingView = (): WorkingView => {
  const stage = element("#stage", HTMLElement);
  const bar = element("#progress", HTMLProgressElement);
  const [step, rate, gain, left, engine] = ["#step", "#rate", "#gain", "#left", "#engine"].map((id) =>
    element(id, HTMLElement),
  ) as [HTMLElement, HTMLElement, HTMLElement, HTMLElement, HTMLElement];
  const leftOut = element("#left-out", HTMLElement);
  const finish = element("[data-action=finish]", HTMLButtonElement);
  const cancel = element("[data-action=cancel]", HTMLButtonElement);
  const scores = createCurve({
    into: element("#psnr-curve", HTMLElement),
    label: "Truth of the frames held back",
    unit: "decibels",
    digits: 2,
    fromStart: true,
  });
  const losses = createCurve({
    into: element("#loss-curve", HTMLElement),
    label: "Error",
    unit: "error",
    digits: 4,
  });
  let before: number | undefined;
  let asked = false;
  const say = (words: string): void => {
    if (!asked) stage.textContent = words;
  };

  return {
    begin: () => {
      [before, asked] = [undefined, false];
      stage.textContent = "Getting ready: reading the clips";
      engine.textContent = "";
      leftOut.textContent = "";
      bar.removeAttribute("value");
      for (const figure of [step, rate, gain, left]) figure.textContent = "–";
      for (const curve of [scores, losses]) curve.clear();
      [finish.disabled, cancel.disabled] = [true, false];
    },
    update: (update) => {
      switch (update.kind) {
        case "reading":
          say(`Reading frames, ${update.done} of about ${update.total}`);
          break;
        case "degrading":
          say(`Making them smaller and worse, ${update.done} of ${update.total}`);
          bar.value = update.done / update.total;
          break;
        case "engine":
          engine.textContent = describeEngine(update.facts);
          leftOut.textContent = update.facts.leftOut.join(" ");
          break;
        case "score":
          before ??= update.psnr;
          gain.textContent = formatGain(update.psnr - before);
          scores.add(update.step, update.psnr);
          if (!asked) finish.disabled = false;
          say("Learning");
          break;
        case "step":
          step.textContent = `${update.step} of ${update.steps}`;
          rate.textContent = formatRate(update.stepsPerSecond);
          left.textContent = formatDuration(Math.ceil((update.steps - update.step) / update.stepsPerSecond));
          losses.add(update.step, update.loss);
          bar.value = update.step / update.steps;
      }
    },
    stopping: (words) => {
      say(words);
      asked = true;
      finish.disabled = true;
    },
  };
};

const describeEngine = ({ threads, build, codec, exact, cameraCodec }: EngineFacts): string => {
  const named = (name: string): string => codecWords[name] ?? name;
  const how =
    codec === undefined
      ? "This browser cannot encode what cameras write: frames are only blurred, reduced and made noisy, so the model learns nothing of compression."
      : codec === cameraCodec
        ? `Frames are compressed with ${named(codec)}, as the camera does.`
        : `Frames are compressed with ${named(codec)}; this browser cannot encode the camera's ${named(cameraCodec)}.`;
  const rate =
    codec === undefined || exact === true
      ? ""
      : "The browser sets no exact quality, so heavy compression is imitated only in part.";
  const simd = build === "relaxed" ? "relaxed SIMD" : "SIMD";
  const running = `WebAssembly ${simd} on ${threads} ${threads === 1 ? "thread" : "threads"}.`;
  return [how, rate, running].filter((sentence) => sentence !== "").join(" ");
};
