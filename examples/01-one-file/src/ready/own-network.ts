/** A person's own network: chosen or dropped, shown, and left again. */

import { element } from "@tatami/example-parts/element";

export interface OwnNetworkControl {
  /** The file that was chosen; nothing while none is. */
  readonly file: File | undefined;
  take(file: File): void;
  /** Does without it. */
  leave(): void;
  /** Says by how much a file enlarges; or why it cannot be used, and leaves it. One left meanwhile is not spoken of. */
  learn(file: File, outcome: { readonly scale: number } | { readonly refused: string }): void;
}

/** @param onChange told when one was chosen or left */
export const createOwnNetwork = (onChange: () => void): OwnNetworkControl => {
  const picker = element("#own-file", HTMLInputElement);
  const shown = element("#own", HTMLElement);
  const words = element("#own span", HTMLElement);
  const refused = element("#own-refused", HTMLElement);
  let file: File | undefined;

  const set = (next: File | undefined): void => {
    file = next;
    shown.hidden = next === undefined;
    words.textContent = next === undefined ? "" : `Your own network: ${next.name}`;
    refused.hidden = true;
    onChange();
  };
  element("[data-own=choose]", HTMLButtonElement).addEventListener("click", () => picker.click());
  element("[data-own=leave]", HTMLButtonElement).addEventListener("click", () => set(undefined));
  picker.addEventListener("change", () => {
    const [chosen] = picker.files ?? [];
    picker.value = ""; // so that the same file can be chosen again
    if (chosen !== undefined) set(chosen);
  });
  return {
    get file() {
      return file;
    },
    take: set,
    leave: () => set(undefined),
    learn: (read, outcome) => {
      if (read !== file) return;
      if ("scale" in outcome) words.textContent = `Your own network: ${file.name}, ×${outcome.scale}`;
      if (!("refused" in outcome)) return;
      set(undefined);
      refused.textContent = outcome.refused;
      refused.hidden = false;
    },
  };
};

/** Whether a dropped file is a network and not a video. */
export const isOwnNetwork = ({ name }: File): boolean => /\.onnx$/i.test(name);
