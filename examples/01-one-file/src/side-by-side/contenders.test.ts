import { listModels } from "@tatami/zoo";
import { expect, test } from "vitest";
import { chosenBy } from "../ready/chosen.ts";
import { firstSettings } from "../ready/settings.ts";
import { contendersFor } from "./contenders.ts";

const choice = {
  network: { kind: "shipped", name: "m5-x2", denoise: 1 },
  strength: 0.9,
  reuse: "exact",
  sentence: "compressed hard, soft: camera track, strength 0.90",
} as const;

test("whatever is chosen of them, what is seen is what the settings come to; and it alone is marked then", () => {
  for (const target of [2, 4] as const) {
    const before = { ...firstSettings, target, strength: 0.3, denoise: 0.7 };
    const all = contendersFor(before, choice);
    expect(all).toHaveLength(listModels().filter(({ scale }) => scale === target).length + 2);
    for (const { network, strength, settings, title } of all) {
      const after = { ...before, ...settings };
      const chosen = chosenBy(after, undefined, choice)!;
      expect(chosen.strength).toBe(strength);
      if (network.kind !== "filter") expect(chosen.network).toEqual(network);
      const marked = contendersFor(after, choice).filter(({ isChosen }) => isChosen);
      expect(marked.map((each) => each.title)).toEqual([title]);
    }
  }
});

test("what was seen in the file is said as it is; where nothing was decided, there is nothing automatic", () => {
  expect(contendersFor(firstSettings, choice)[1]!.caption).toBe("For what was seen: compressed hard, soft");
  expect(contendersFor(firstSettings, undefined).map(({ title }) => title)).not.toContain("Automatic");
});

test("a person's own network is among those of its size, and chosen until another is", () => {
  const own = { file: new File([], "mine.onnx"), scale: 2 };
  const marked = contendersFor(firstSettings, choice, own).filter(({ isChosen }) => isChosen);
  expect(marked).toMatchObject([{ caption: "mine.onnx", network: { kind: "own", file: own.file } }]);
  expect(contendersFor({ ...firstSettings, target: 4 }, choice, own).some(({ isOwn }) => isOwn)).toBe(false);
});
