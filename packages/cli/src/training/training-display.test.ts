import { expect, test } from "vitest";
import type { TrainingMoment } from "./training-display.ts";
import { trainingLine } from "./training-display.ts";

const moment: TrainingMoment = {
  step: 250,
  steps: 30_000,
  loss: 0.012341,
  stepsPerSecond: 8.14,
  remaining: 3720,
};
const player = (loss: number) => ({ loss, terms: {}, rate: 5e-4, gradientNorm: 0.1 });

test("tells a network's loss", () => {
  const line = "step 250/30000  loss 0.01234  35.04 dB  8.1 steps/s  ETA 1:02:00";
  expect(trainingLine(moment, 35.04)).toBe(line);
  expect(trainingLine({ ...moment, players: { network: player(0.012341) } }, 35.04)).toBe(line);
});

test("tells the loss of each player where there are several, and leaves out what is no number", () => {
  const players = { network: player(0.012341), critic: player(0.712341), noise: player(NaN) };
  expect(trainingLine({ ...moment, players }, undefined)).toBe(
    "step 250/30000  network 0.01234  critic 0.71234  8.1 steps/s  ETA 1:02:00",
  );
});

test("says that a run stepped back", () => {
  expect(trainingLine({ ...moment, loss: NaN, steppedBack: true }, undefined)).toBe(
    "diverged, back to step 250/30000  8.1 steps/s  ETA 1:02:00",
  );
});
