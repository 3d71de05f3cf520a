/** The page: a video is given, the element shows it, and its settings are tried on it. */

import "@tatami/example-parts/disposal-symbols";
import { defineTatamiVideo } from "@tatami/element";
import type { TatamiVideo } from "@tatami/element";
import sampleUrl from "@tatami/example-clips/bunny-320x180.mp4?url";
import { checkPage } from "@tatami/example-parts/check-page";
import { element } from "@tatami/example-parts/element";
import { offerModels } from "@tatami/example-parts/model-choice";
import { chooseSamples, connectPage } from "@tatami/example-parts/page-actions";
import { explainInPage } from "@tatami/example-parts/page-error";
import { showState } from "@tatami/example-parts/view-state";
import { restorerUrl } from "@tatami/zoo/restorers";
import type { RestorerKind } from "@tatami/zoo/restorers";
import { describeSeen } from "./describe-seen.ts";
import { markupOf } from "./markup.ts";
import { sourceOfAddress, sourceOfFile } from "./source.ts";
import type { Source } from "./source.ts";

const player = element("#player", defineTatamiVideo()) as TatamiVideo;
const model = element("#model", HTMLSelectElement);
const strength = element("#strength", HTMLInputElement);
const restorer = element("#restorer", HTMLSelectElement);
const compare = element("#compare", HTMLInputElement);
const debug = element("#debug", HTMLInputElement);
const copy = element("[data-action=copy]", HTMLButtonElement);
let source: Source | undefined;
let trouble = "";

const write = (id: string, text: string): void => {
  const place = element(`#${id}`, HTMLElement);
  if (place.textContent !== text) place.textContent = text;
};

const showMarkup = (): void => {
  copy.textContent = "Copy";
  if (!source) return;
  const { src, isElsewhere } = source;
  write(
    "markup",
    markupOf({
      src,
      isElsewhere,
      model: model.value,
      strength: strength.valueAsNumber,
      compare: compare.checked,
    }),
  );
};

const tell = (): void => write("seen", describeSeen(player, trouble));

/** Another video begins with another engine: a picture of the one before may still be at work. */
const empty = async (): Promise<void> => {
  player.removeAttribute("src");
  while (player.state !== "empty")
    await new Promise((done) => player.addEventListener("statechange", done, { once: true }));
};

const show = async (wanted: Source | undefined): Promise<void> => {
  source?.release();
  source = wanted;
  trouble = "";
  if (!wanted) showState("empty");
  await empty();
  if (!wanted || source !== wanted) return;
  player.toggleAttribute("crossorigin", wanted.isElsewhere);
  player.src = wanted.address;
  void player.play().catch(() => undefined);
  write("working-title", wanted.name);
  showMarkup();
  tell();
  showState("working", `${wanted.name} is shown.`);
};

const showStrength = (): void => {
  const value = strength.valueAsNumber;
  element("#strength-value", HTMLOutputElement).value =
    value === 0 ? "0: ordinary enlargement" : value === 1 ? "1: as trained" : String(value);
  player.setAttribute("strength", String(value));
  showMarkup();
};

/** Its file is fetched when a still is restored, and not before. */
const showRestorer = (): void =>
  player.setAttribute("restorer", String(restorerUrl(restorer.value as RestorerKind)));

offerModels(model, player.model);
showStrength();
showRestorer();
restorer.addEventListener("change", showRestorer);
model.addEventListener("change", () => {
  player.model = model.value;
  showMarkup();
});
strength.addEventListener("input", showStrength);
compare.addEventListener("change", () => {
  player.compare = compare.checked;
});
debug.addEventListener("change", () => (player.debug = debug.checked));
// the element's own button and key turn comparing on and off, too
new MutationObserver(() => {
  compare.checked = player.compare;
  showMarkup();
}).observe(player, { attributeFilter: ["compare"] });
player.addEventListener("statechange", ({ detail: { error } }) => {
  const told = error && explainInPage(error);
  trouble = told ? `${told.message} ${told.fix}` : "";
  tell();
});
player.video.addEventListener("resize", () => {
  const { videoWidth, videoHeight } = player.video;
  if (videoWidth > 0) player.style.setProperty("--ratio", String(videoWidth / videoHeight));
});
setInterval(tell, 500);

element("#settings", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());
element("#address", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  void show(sourceOfAddress(element("[name=url]", HTMLInputElement).value));
});
document.addEventListener("paste", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.type === "url") return;
  const file = event.clipboardData?.files[0];
  const pasted = file ? sourceOfFile(file) : sourceOfAddress(event.clipboardData?.getData("text") ?? "");
  if (pasted) void show(pasted);
});
connectPage({
  wouldLose: () => false,
  choose: ([file]) => void show(sourceOfFile(file!)),
  actions: {
    sample: () =>
      void chooseSamples([{ url: sampleUrl, name: "bunny.mp4" }], ([file]) => void show(sourceOfFile(file!))),
    back: () => void show(undefined),
    copy: () =>
      void navigator.clipboard.writeText(element("#markup", HTMLElement).textContent).then(
        () => (copy.textContent = "Copied"),
        () => (copy.textContent = "Select it, and copy"),
      ),
  },
});
void checkPage({ encode: false });
