import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { createRecipe } from "../../campaign/recipe.ts";
import type { PlayerProgress } from "../../run/loop.ts";
import { checkpointOf } from "../../run/test-support.ts";
import type { Chart } from "./charts.ts";
import { drawCharts } from "./charts.ts";
import { foldCheckpoint } from "../export-model.ts";
import type { HistoryEntry } from "../history.ts";
import { reportPage } from "./page.ts";

const recipe = createRecipe({
  name: "pair-x2",
  architecture: { blocks: 1, features: 8, width: 8, scale: 2 },
  steps: 1000,
});

/** Ten reports of a network and, from the fourth on, of a critic. */
const two = [
  start(),
  ...Array.from({ length: 10 }, (_, at) => {
    const step = 100 * (at + 1);
    const network = player(0.03 - at / 1000, { L1: 0.02 - at / 1000, "<adversarial>": 0.01 });
    const critic = player(
      0.6 - at / 100,
      { real: 0.3 - at / 100, made: 0.25, "input gradient": 40 + at },
      2e-4,
    );
    return progress(step, at < 3 ? { network } : { network, critic });
  }),
];

test("each of several players has a chart of its loss and its terms, with their latest values", () => {
  const charts = drawCharts(two);
  expect(charts.map(({ title }) => title)).toEqual([
    "network: loss",
    "critic: loss",
    "critic: input gradient",
    "Learning rate",
    "Steps a second",
  ]);
  const [network, critic, gradient, rate] = charts as [Chart, Chart, Chart, Chart];
  expect(latestOf(network)).toEqual({ loss: "0.02100", L1: "0.01100", "<adversarial>": "0.01000" });
  expect(latestOf(critic)).toEqual({ loss: "0.51000", real: "0.21000", made: "0.25000" });
  // far larger than the loss, which would lie flat beside it
  expect([gradient.latest, gradient.legend]).toEqual(["49.000", []]);
  expect(latestOf(rate)).toEqual({ network: "5.0e-4", critic: "2.0e-4" });
  // the first curve is drawn last; a player's curves begin where it does
  expect(pointsOf(network)).toEqual([10, 10, 10]);
  expect(pointsOf(critic)).toEqual([7, 7, 7]);
  expect(critic.svg).toContain("<title>real, step 400: 0.27</title>");
  // told apart without colours
  for (const chart of [network, critic])
    expect(new Set(chart.legend.map(({ dashes }) => dashes)).size).toBe(chart.legend.length);
});

test("a network alone has its loss as ever; terms of it lie beside it", () => {
  const alone = [start(), progress(100, { network: player(0.03) }), progress(200, { network: player(0.02) })];
  const before = [start(), progress(100), progress(200)];
  expect(drawCharts(alone).map(({ title }) => title)).toEqual([
    "Loss (L1)",
    "Learning rate",
    "Steps a second",
  ]);
  expect(drawCharts(alone).map(({ svg }) => svg)).toEqual(drawCharts(before).map(({ svg }) => svg));
  const named = [
    start(),
    ...[100, 200].map((step) => progress(step, { network: player(0.03, { L1: 0.02 }) })),
  ];
  const [loss] = drawCharts(named);
  expect(loss!.title).toBe("Loss");
  expect(latestOf(loss!)).toEqual({ loss: "0.03000", L1: "0.02000" });
});

test("a loss that was no number leaves a gap, and the latest that was one is told", () => {
  // JSON has null for what is no number
  const players = JSON.parse(JSON.stringify({ network: player(NaN), critic: player(0.5) })) as ReturnType<
    typeof of
  >;
  const [network] = drawCharts([
    start(),
    progress(100, of(0.03)),
    progress(200, of(0.02)),
    progress(300, players),
  ]);
  expect(network!.latest).toBe("0.02000");
  expect(network!.svg).not.toContain("NaN");
});

test("the page shows every player's curves and their latest values", () => {
  const checkpoint = checkpointOf(recipe);
  const { model, foldingError } = foldCheckpoint(checkpoint);
  const page = reportPage({
    checkpoint,
    model,
    foldingError,
    entries: two,
    start: undefined,
    sets: [],
    crops: [],
  });
  expect(page).not.toMatch(/NaN|undefined/);
  const { document } = parseHTML(page);
  const figures = [...document.querySelectorAll(".charts figure")];
  expect(figures.length).toBe(5);
  const said = figures[1]!.querySelector("figcaption")!.textContent!;
  expect(said).toMatch(/^critic: loss/);
  expect([...figures[1]!.querySelectorAll(".legend li")].map((entry) => entry.textContent)).toEqual([
    "loss 0.51000",
    "real 0.21000",
    "made 0.25000",
  ]);
  expect(figures[0]!.querySelector(".legend")!.textContent).toContain("<adversarial> 0.01000");
  expect(figures[2]!.querySelector("figcaption b")!.textContent).toBe("49.000");
});

function start(): HistoryEntry {
  return { kind: "start", step: 0, recipe, pictures: 2, sources: {} };
}

function player(loss: number, terms: Record<string, number> = {}, rate = 5e-4): PlayerProgress {
  return { loss, terms, rate, gradientNorm: 0.1 };
}

function of(loss: number): Record<string, PlayerProgress> {
  return { network: player(loss), critic: player(0.5) };
}

function progress(step: number, players?: Record<string, PlayerProgress>): HistoryEntry {
  const { loss = 0.03 - step / 1e5 } = players?.["network"] ?? {};
  const seen = { step, loss: players ? loss : step === 100 ? 0.03 : 0.02, rate: 5e-4, gradientNorm: 0.1 };
  return { kind: "progress", ...seen, stepsPerSecond: 8, ...(players && { players }) };
}

function latestOf({ legend }: Chart): Record<string, string> {
  return Object.fromEntries(legend.map(({ name, latest }) => [name, latest]));
}

/** How many points each line of a chart goes through. */
function pointsOf({ svg }: Chart): readonly number[] {
  const { document } = parseHTML(svg);
  const lines = [...document.querySelectorAll('g[aria-label="line"] path')];
  return lines.map((line) => line.getAttribute("d")!.match(/[ML]/g)!.length);
}
