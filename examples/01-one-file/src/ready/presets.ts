/** What a video is, in place of networks: each preset names one, and the whole list is there for who wants it. */

import { listModels } from "@tatami/zoo";
import type { NetworkWish } from "../work/protocol.ts";
import type { PresetId } from "./settings.ts";

/** One of the choices. */
export interface Preset {
  readonly id: PresetId;
  readonly title: string;
  readonly caption: string;
  /** By how many times wider and higher the picture becomes; absent where the file decides. */
  readonly networks?: Readonly<Record<2 | 4, string>>;
  /** From 0 to 1. */
  readonly denoise: number;
}

/** The choices, in the order they are shown. */
export const presets: readonly Preset[] = [
  { id: "automatic", title: "Automatic", caption: "Looks at the file and decides", denoise: 0 },
  {
    id: "camera",
    title: "Camera",
    caption: "Phones, surveillance, anything compressed hard",
    networks: { 2: "m5-x2", 4: "m5-x4" },
    denoise: 1,
  },
  {
    id: "film",
    title: "Film",
    caption: "Clean and detailed, takes a little longer",
    networks: { 2: "m7-x2", 4: "m7-x4" },
    denoise: 0,
  },
  {
    id: "screen",
    title: "Screen, text",
    caption: "Recordings of a screen, slides, drawings",
    networks: { 2: "m5-x2", 4: "m5-x4" },
    denoise: 0,
  },
  {
    id: "fastest",
    title: "Fastest",
    caption: "When time matters most",
    networks: { 2: "micro-x2", 4: "m3-x4" },
    denoise: 0,
  },
];

/** A network by its name, as the clean one and how far it goes towards the one for cameras. */
export const wishFor = (name: string): NetworkWish & { readonly kind: "shipped" } => ({
  kind: "shipped",
  name: plainName(name),
  denoise: name.endsWith("-camera") ? 1 : 0,
});

const plainName = (name: string): string => name.replace(/-camera$/, "");

/** By how much a network enlarges. */
export const scaleOf = (name: string): number => listModels().find((card) => card.name === name)?.scale ?? 2;

/** Whether there is such a network. */
export const isNetwork = (name: string): boolean => listModels().some((card) => card.name === name);
