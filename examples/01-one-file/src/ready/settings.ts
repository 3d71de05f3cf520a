/** What was chosen, remembered from visit to visit and checked when it is read. */

import type { VideoCodec } from "@tatami/core";

/** What a video may be, as people say it. */
export const presetIds = ["automatic", "camera", "film", "screen", "fastest"] as const;

export type PresetId = (typeof presetIds)[number];

/** How videos shall be enlarged. What belongs to one file alone, its cut and its place on disk, is not here. */
export interface Settings {
  /** None: `network` was chosen by its name. */
  readonly preset: PresetId | null;
  /** A network's name; of use where there is no preset. */
  readonly network: string;
  readonly target: 2 | 4;
  /** From 0 (as a player enlarges) to 1.5; none: as the preset says. */
  readonly strength: number | null;
  /** From 0 to 1; none: as the preset says. */
  readonly denoise: number | null;
  /** None: the first that can be written. */
  readonly codec: VideoCodec | null;
  /** From 1 to 100. */
  readonly quality: number;
  /** None: as suits the file. */
  readonly reuse: "exact" | "bounded" | "off" | null;
  /** None: each frame as it is. */
  readonly fuse: "auto" | "static" | null;
  readonly tint: boolean;
}

/** What is chosen before anybody chooses. */
export const firstSettings: Settings = {
  preset: "automatic",
  network: "",
  target: 2,
  strength: null,
  denoise: null,
  codec: null,
  quality: 75,
  reuse: null,
  fuse: null,
  tint: false,
};

/** Reads what was written. What is not as it should be, part by part, is as it is at first. */
export const parseSettings = (text: string | null, isNetwork: (name: string) => boolean): Settings => {
  const read = readObject(text);
  const oneOf = <T>(value: unknown, allowed: readonly T[], otherwise: T): T =>
    allowed.find((each) => each === value) ?? otherwise;
  const within = <T>(value: unknown, least: number, most: number, otherwise: T): number | T =>
    typeof value === "number" && value >= least && value <= most ? value : otherwise;
  const network = typeof read["network"] === "string" && isNetwork(read["network"]) ? read["network"] : "";
  const preset = presetIds.find((each) => each === read["preset"]) ?? null;
  return {
    preset: preset === null && network === "" ? firstSettings.preset : preset,
    network,
    target: oneOf<2 | 4>(read["target"], [2, 4], firstSettings.target),
    strength: within(read["strength"], 0, 1.5, null),
    denoise: within(read["denoise"], 0, 1, null),
    codec: oneOf<VideoCodec | null>(read["codec"], ["avc", "hevc", "vp9", "av1"], null),
    quality: within(read["quality"], 1, 100, firstSettings.quality),
    reuse: oneOf<Settings["reuse"]>(read["reuse"], ["exact", "bounded", "off"], null),
    fuse: oneOf<Settings["fuse"]>(read["fuse"], ["auto", "static"], null),
    tint: read["tint"] === true,
  };
};

const readObject = (text: string | null): Readonly<Record<string, unknown>> => {
  try {
    const read: unknown = JSON.parse(text ?? "{}");
    return typeof read === "object" && read !== null ? (read as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};

const key = "tatami-one-file";

/** What this browser remembers; where it may not, what is chosen at first. */
export const recallSettings = (isNetwork: (name: string) => boolean): Settings => {
  try {
    return parseSettings(localStorage.getItem(key), isNetwork);
  } catch {
    return firstSettings;
  }
};

/** Remembers them, where the browser lets it. */
export const rememberSettings = (settings: Settings): void => {
  try {
    localStorage.setItem(key, JSON.stringify(settings));
  } catch {
    // private windows and full disks: the page works without
  }
};
