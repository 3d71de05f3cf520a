/** What is made of the same detail: the plain filter, what the file asks for, and every network that fits the size. */

import { effortOf } from "@tatami/example-parts/model-choice";
import { listModels } from "@tatami/zoo";
import type { ModelCard } from "@tatami/zoo";
import type { OwnNetwork } from "../ready/chosen.ts";
import { presets, wishFor } from "../ready/presets.ts";
import type { Settings } from "../ready/settings.ts";
import type { Choice, DetailRequest } from "../work/protocol.ts";

/** One of them. */
export interface Contender {
  readonly title: string;
  readonly caption: string;
  readonly network: DetailRequest["network"];
  /** From 0 to 1.5. */
  readonly strength: number;
  /** What is set where it is chosen. */
  readonly settings: Partial<Settings>;
  /** Whether it is what is set now. */
  readonly isChosen: boolean;
  /** Whether it is a person's own network, which every other one is chosen in place of. */
  readonly isOwn: boolean;
}

/**
 * In the order in which they are made: the quickest networks first.
 *
 * @param choice what was decided for the file, where that is known
 * @param own a person's own network, which is chosen where there is one
 */
export const contendersFor = (
  settings: Settings,
  choice: Choice | undefined,
  own?: OwnNetwork,
): readonly Contender[] => {
  const { target: scale, preset, network, strength } = settings;
  const chosen = strength === 0 ? "filter" : own !== undefined ? "own" : (preset ?? network);
  const plain: Contender = {
    title: "No network",
    caption: "As players enlarge it",
    network: { kind: "filter", scale },
    strength: 0,
    settings: { strength: 0 },
    isChosen: chosen === "filter",
    isOwn: false,
  };
  const automatic = choice === undefined ? [] : [ofChoice(choice, chosen)];
  const cards = listModels()
    .filter((card) => card.scale === scale)
    .toSorted((a, b) => a.macsPerPixel - b.macsPerPixel);
  const mine = own?.scale === scale ? [ofOwn(own, chosen)] : [];
  return [plain, ...automatic, ...mine, ...cards.map((card) => ofCard(card, scale, chosen))];
};

const ofOwn = ({ file }: OwnNetwork, chosen: string): Contender => ({
  title: "Your own network",
  caption: file.name,
  network: { kind: "own", file },
  strength: 1,
  settings: untouched,
  isChosen: chosen === "own",
  isOwn: true,
});

const ofChoice = ({ network, strength, sentence }: Choice, chosen: string): Contender => ({
  title: "Automatic",
  caption: `For what was seen: ${seenIn(sentence)}`,
  network,
  strength,
  settings: { preset: "automatic", ...untouched },
  isChosen: chosen === "automatic",
  isOwn: false,
});

const untouched = { strength: null, denoise: null } as const;

const ofCard = ({ name, track }: ModelCard, scale: 2 | 4, chosen: string): Contender => {
  const network = wishFor(name);
  const preset = presets.find(
    ({ networks, denoise }) => networks?.[scale] === network.name && denoise === network.denoise,
  );
  const kind = track === "camera" ? "Camera" : "Clean";
  const use = track === "camera" ? "For cameras, and what was compressed hard" : "For clean video";
  return {
    title: `${kind}, ${effortOf(name)}`,
    caption: preset === undefined ? use : `The choice for “${preset.title}”`,
    network,
    strength: 1,
    settings:
      preset === undefined
        ? { preset: null, network: name, ...untouched }
        : { preset: preset.id, ...untouched },
    isChosen: chosen === name || chosen === preset?.id,
    isOwn: false,
  };
};

/** What was seen in a file, of the sentence that says what follows too. */
export const seenIn = (sentence: string): string => sentence.split(":")[0]!;
