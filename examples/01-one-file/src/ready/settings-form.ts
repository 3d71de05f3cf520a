/** The settings as a form: presets, size, strength, and behind "More" everything else. */

import type { VideoCodec } from "@tatami/core";
import { element } from "@tatami/example-parts/element";
import { offerModels } from "@tatami/example-parts/model-choice";
import type { ChosenNetwork } from "./chosen.ts";
import { isNetwork, presets, scaleOf } from "./presets.ts";
import { recallSettings, rememberSettings } from "./settings.ts";
import type { PresetId, Settings } from "./settings.ts";

export interface SettingsForm {
  readonly settings: Settings;
  /** Shows what the settings come to: strengths that a preset decides, and what it leaves no choice of. */
  showChosen(shown: ShownChoice): void;
  /** Takes another preset, as if it had been chosen. */
  choose(preset: PresetId): void;
  /** Takes settings, as if they had been set by hand. */
  take(some: Partial<Settings>): void;
}

/** What the settings come to. */
export interface ShownChoice {
  /** Absent until it is known. */
  readonly chosen: ChosenNetwork | undefined;
  /** Whether it is a person's own network. */
  readonly isOwn: boolean;
  /** What was seen in the file; empty until it is known, and where nothing was left to it. */
  readonly seen: string;
}

/** @param onChange told after every change, which is remembered */
export const createSettingsForm = (onChange: () => void): SettingsForm => {
  const form = element("#settings", HTMLFormElement);
  const network = element("#network", HTMLSelectElement);
  const [strength, denoise, quality] = ["strength", "denoise", "quality"].map((id) =>
    element(`#${id}`, HTMLInputElement),
  ) as [HTMLInputElement, HTMLInputElement, HTMLInputElement];
  const codec = element("#codec", HTMLSelectElement);
  const reuse = element("#reuse", HTMLSelectElement);
  const fuse = element("#fuse", HTMLSelectElement);
  const tint = element("#tint", HTMLInputElement);
  const radios = createPresetRadios(element("#presets", HTMLElement));
  const targets = [...form.querySelectorAll<HTMLInputElement>("[name=target]")];
  offerModels(network, "");
  network.prepend(new Option("as above", ""));
  let settings = recallSettings(isNetwork);

  const show = (): void => {
    for (const radio of radios) radio.checked = radio.value === settings.preset;
    for (const radio of targets) radio.checked = Number(radio.value) === settings.target;
    network.value = settings.preset === null ? settings.network : "";
    codec.value = settings.codec ?? "";
    quality.value = String(settings.quality);
    reuse.value = settings.reuse ?? "";
    fuse.value = settings.fuse ?? "";
    tint.checked = settings.tint;
    showValue("quality", String(settings.quality));
  };
  const change = (next: Partial<Settings>): void => {
    settings = { ...settings, ...next };
    rememberSettings(settings);
    show();
    onChange();
  };
  // a preset brings its own strengths
  const choose = (preset: PresetId): void => change({ preset, strength: null, denoise: null });

  for (const radio of radios) radio.addEventListener("change", () => choose(radio.value as PresetId));
  for (const radio of targets)
    radio.addEventListener("change", () => {
      const target = Number(radio.value) as 2 | 4;
      const isOther = settings.preset === null && scaleOf(settings.network) !== target;
      change({ target, ...(isOther ? { preset: "automatic" as const } : {}) });
    });
  network.addEventListener("change", () => {
    const name = network.value;
    if (name === "") return choose("automatic");
    const target = scaleOf(name) === 4 ? 4 : 2;
    change({ preset: null, network: name, target, strength: null, denoise: null });
  });
  strength.addEventListener("input", () => change({ strength: Number(strength.value) / 100 }));
  denoise.addEventListener("input", () => change({ denoise: Number(denoise.value) / 100 }));
  quality.addEventListener("input", () => change({ quality: Number(quality.value) }));
  codec.addEventListener("change", () =>
    change({ codec: codec.value === "" ? null : (codec.value as VideoCodec) }),
  );
  reuse.addEventListener("change", () =>
    change({ reuse: reuse.value === "" ? null : (reuse.value as Settings["reuse"]) }),
  );
  fuse.addEventListener("change", () =>
    change({ fuse: fuse.value === "" ? null : (fuse.value as Settings["fuse"]) }),
  );
  tint.addEventListener("change", () => change({ tint: tint.checked }));
  element("#untouch", HTMLButtonElement).addEventListener("click", () => {
    change({ strength: null, denoise: null });
    // the button has gone
    strength.focus();
  });
  show();

  return {
    get settings() {
      return settings;
    },
    choose,
    take: change,
    showChosen: (shown) => showChosen(form, settings, shown),
  };
};

const showChosen = (form: HTMLElement, settings: Settings, { chosen, isOwn, seen }: ShownChoice): void => {
  element(".target", HTMLElement, form).hidden = isOwn;
  element("#automatic-seen", HTMLElement, form).textContent = seen === "" ? "" : `Seen in this file: ${seen}`;
  element("#denoise-row", HTMLElement, form).hidden = chosen === undefined || chosen.denoising === "none";
  const { strength, denoise, preset } = settings;
  element("#untouch", HTMLElement, form).hidden = strength === null && denoise === null;
  if (chosen === undefined) return;
  const isDecided = preset === "automatic" && !isOwn;
  showSlider("strength", chosen.strength, isDecided && strength === null);
  // where weights cannot be mixed there is nothing between all and none
  element("#denoise", HTMLInputElement, form).step = chosen.denoising === "any" ? "5" : "100";
  const { network } = chosen;
  showSlider("denoise", network.kind === "shipped" ? network.denoise : 0, isDecided && denoise === null);
};

/** @param isDecided whether the value was chosen for the file */
const showSlider = (id: string, value: number, isDecided: boolean): void => {
  const percent = Math.round(value * 100);
  const slider = element(`#${id}`, HTMLInputElement);
  slider.value = String(percent);
  slider.setAttribute("aria-valuetext", `${percent} %${isDecided ? ", chosen for this file" : ""}`);
  showValue(id, `${percent} %`);
  element("small", HTMLElement, slider.closest("label")!).textContent = isDecided ? "chosen" : "";
};

const showValue = (id: string, text: string): void => {
  element(`#${id}-value`, HTMLOutputElement).value = text;
};

const createPresetRadios = (root: HTMLElement): readonly HTMLInputElement[] =>
  presets.map(({ id, title, caption }) => {
    const radio = Object.assign(document.createElement("input"), {
      type: "radio",
      name: "preset",
      value: id,
    });
    const label = document.createElement("label");
    const words = document.createElement("span");
    words.append(
      Object.assign(document.createElement("b"), { textContent: title }),
      Object.assign(document.createElement("small"), { textContent: caption }),
    );
    if (id === "automatic")
      words.append(Object.assign(document.createElement("small"), { id: "automatic-seen" }));
    label.append(radio, words);
    root.append(label);
    return radio;
  });
