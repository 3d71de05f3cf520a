/** The shipped models to choose from, by what they are good for and how long they take. */

import { listModels } from "@tatami/zoo";
import type { ModelCard } from "@tatami/zoo";

/** Words for each network, from the quickest to the finest. */
const efforts: Readonly<Record<string, string>> = {
  micro: "fastest",
  m3: "fast",
  m5: "balanced",
  m7: "fine",
  m11: "finer",
  xl: "finest, slow",
  "mambalite-s": "fine, by scans, slow",
  "mambalite-m": "fine, by more scans, slower",
  "xl-x2-pruned-26344": "finest, pruned to a quarter",
  "xl-x2-pruned-53188": "finest, pruned to half",
};

const groups: readonly (readonly [label: string, isIn: (card: ModelCard) => boolean])[] = [
  ["Clean video", ({ track }) => track !== "camera"],
  ["Camera and compressed video", ({ track }) => track === "camera"],
];

/** Fills a list with them. @param wanted the one that is chosen at first */
export const offerModels = (list: HTMLSelectElement, wanted: string): void => {
  const cards = listModels();
  list.replaceChildren(
    ...groups.map(([label, isIn]) => {
      const group = Object.assign(document.createElement("optgroup"), { label });
      group.append(...cards.filter(isIn).map((card) => new Option(describe(card), card.name)));
      return group;
    }),
  );
  list.value = wanted;
};

/** A model in words: "twice as large, balanced". */
const describe = ({ name, scale }: ModelCard): string =>
  `${scale === 2 ? "twice" : "four times"} as large, ${effortOf(name)}`;

/** How quick or fine a model is, in a word. @param name as of its card */
export const effortOf = (name: string): string => {
  const network = name.replace(/-x\d.*/, "");
  return efforts[name] ?? efforts[network] ?? network;
};
