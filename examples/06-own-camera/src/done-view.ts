/** A model that is better: its scores, its pictures, its files. */

import { element } from "@tatami/example-parts/element";
import { formatDecibels, formatGain } from "./format.ts";
import type { CropForm, TuneResult } from "./protocol.ts";
import { saveFile } from "./save-file.ts";
import { createSplitFigure } from "./split-slider.ts";

export interface DoneView {
  show(result: TuneResult): void;
  /** Saves the model and its card. */
  save(): void;
  /** Whether a model is shown that is nowhere else. */
  isUnsaved(): boolean;
  clear(): void;
}

export const createDoneView = (): DoneView => {
  const beside = element("#beside", HTMLSelectElement);
  const crops = element("#crops", HTMLElement);
  let shown: TuneResult | undefined;
  let isSaved = true;
  const drawCrops = (): void => {
    const left = beside.value as CropForm;
    crops.replaceChildren(...(shown?.crops ?? []).map((crop) => createSplitFigure(crop, left)));
  };
  beside.addEventListener("change", drawCrops);
  return {
    isUnsaved: () => !isSaved,
    clear: () => {
      shown = undefined;
      isSaved = true;
    },
    show: (result) => {
      shown = result;
      isSaved = false;
      const { psnr, steps, trainedOn, heldBack, noise, remark } = result;
      const gain = formatGain(psnr.after - psnr.before);
      element("#done-title", HTMLElement).textContent = `${gain} on frames it never saw`;
      element("#done-facts", HTMLElement).textContent =
        `The starting model learned from ${trainedOn} frames in ${steps} steps, and was judged by ${heldBack} ${heldBack === 1 ? "other" : "others"}. ` +
        `The camera's noise is ${noise.toFixed(1)} levels of 255.` +
        (remark === undefined ? "" : ` Mind: ${remark}.`);
      for (const key of ["bicubic", "before", "after"] as const)
        element(`#psnr-${key}`, HTMLElement).textContent = formatDecibels(psnr[key]);
      drawCrops();
    },
    save: () => {
      if (shown === undefined) return;
      isSaved = true;
      saveFile(`${shown.name}.onnx`, new Blob([shown.onnx], { type: "application/octet-stream" }));
      saveFile(`${shown.name}.json`, new Blob([shown.card], { type: "application/json" }));
    },
  };
};
