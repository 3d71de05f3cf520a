/** The settings as a form: presets, size, strength, and behind "More" everything else. */

import type { VideoCodec } from "@tatami/core";
import { element } from "@tatami/example-parts/element";
import { offerModels } from "@tatami/example-parts/model-choice";
import type { ChosenNetwork } from "./chosen.ts";
import { isNetwork, presets, scaleOf } from "./presets.ts";
import { recallSettings, rememberSettings, type PresetId, type Settings } from "./settings.ts";

export interface SettingsForm {
  readonly settings: Settings;
  /** Shows what the settings come to: strengths that a preset decides, and what it leaves no choice of. */
  showChosen(chosen: ChosenNetwork | undefined, isOwn: boolean): void;
  /** Takes another preset, as if it had been chosen. */
  choose(preset: PresetId): void;
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
  tint.addEventListener("change", () => change({ tint: tint.checked }));
  show();

  return {
    get settings() {
      return settings;
    },
    choose,
    showChosen: (chosen, isOwn) => {
      element(".target", HTMLElement, form).hidden = isOwn;
      element("#denoise-row", HTMLElement, form).hidden = chosen?.canDenoise !== true;
      if (chosen === undefined) return;
      const percent = Math.round(chosen.strength * 100);
      strength.value = String(percent);
      showValue("strength", `${percent} %`);
      const removed = chosen.network.kind === "shipped" ? Math.round(chosen.network.denoise * 100) : 0;
      denoise.value = String(removed);
      showValue("denoise", `${removed} %`);
    },
  };
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
    label.append(radio, words);
    root.append(label);
    return radio;
  });
