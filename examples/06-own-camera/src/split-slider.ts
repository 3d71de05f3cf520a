/** The line between two pictures that lie over each other: a range input, so that keys and touch move it too. */

import type { Crop, CropForm } from "./protocol.ts";

const words: Readonly<Record<CropForm, string>> = {
  before: "starting model",
  bicubic: "ordinary",
  original: "original",
  after: "your model",
};

/** A figure of one crop: `left` form to the left of the line, the tuned model to its right. */
export const createSplitFigure = (crop: Crop, left: CropForm): HTMLElement => {
  const figure = document.createElement("figure");
  const stage = document.createElement("div");
  stage.className = "stage";
  stage.style.setProperty("--ratio", `${crop.width} / ${crop.height}`);
  const range = document.createElement("input");
  Object.assign(range, { type: "range", min: "0", max: "100", value: "50" });
  range.setAttribute("aria-label", `How much of the ${words[left]} is shown`);
  const follow = (): void => stage.style.setProperty("--split", `${range.value}%`);
  range.addEventListener("input", follow);
  follow();
  stage.append(
    paint(crop, "after", "right"),
    paint(crop, left, "left"),
    tag(words[left], "left"),
    tag(words.after, "right"),
    range,
  );
  const caption = document.createElement("figcaption");
  caption.textContent = crop.name;
  figure.append(stage, caption);
  return figure;
};

const paint = ({ width, height, pictures }: Crop, form: CropForm, side: string): HTMLCanvasElement => {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height, className: side });
  canvas.dataset["form"] = form;
  canvas.getContext("2d")?.putImageData(new ImageData(pictures[form], width, height), 0, 0);
  return canvas;
};

const tag = (text: string, side: string): HTMLElement => {
  const span = document.createElement("span");
  span.className = `tag ${side}`;
  span.textContent = text;
  return span;
};
