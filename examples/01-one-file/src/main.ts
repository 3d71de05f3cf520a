/** The page: choose files, see what would become of them, upscale one after another, compare, save. */

import sampleUrl from "@tatami/example-clips/frog-240x160.mp4?url";
import { checkPage } from "@tatami/example-parts/check-page";
import { element } from "@tatami/example-parts/element";
import { chooseSamples, connectPage } from "@tatami/example-parts/page-actions";
import { App } from "./app.ts";
import { showKept } from "./files/kept-view.ts";
import { isOwnNetwork } from "./ready/own-network.ts";

const app = new App();

/** What was chosen or dropped: a network is taken as one, the rest as videos. */
const choose = (files: readonly File[]): void => {
  const videos = files.filter((file) => !isOwnNetwork(file));
  const network = files.find(isOwnNetwork);
  if (network !== undefined) app.takeNetwork(network);
  if (videos.length > 0) app.choose(videos);
};

/** The list of keys, by its button and by "?". */
const connectKeyList = (): void => {
  const list = element("#keys", HTMLDialogElement);
  for (const button of document.querySelectorAll("[data-keys]"))
    button.addEventListener("click", () => list.showModal());
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    const isTyping =
      target instanceof HTMLElement && target.matches("select, textarea, input:not([type=range])");
    if (event.key === "?" && !isTyping && !list.open) list.showModal();
  });
};

connectKeyList();
void showKept();
document.addEventListener("keydown", (event) => {
  const { target } = event;
  const isWorking = document.body.dataset["state"] === "working";
  const presses = target instanceof HTMLElement && target.matches("button, a, input, summary");
  if (event.key !== " " || !isWorking || presses) return;
  event.preventDefault();
  app.pause();
});
connectPage({
  wouldLose: () => app.wouldLose(),
  isOpen: () => true,
  choose,
  actions: {
    sample: () => void chooseSamples([{ url: sampleUrl, name: "frog.mp4" }], choose),
    back: () => app.back(),
    cancel: () => app.cancel(),
    pause: () => app.pause(),
  },
});
// FFmpeg encodes H.264 where the browser has no encoder
void checkPage({ encode: false });
