/** A file is chosen: what it is, how it would look, and how it shall be upscaled. */

import { isHighDynamicRange } from "@tatami/core";
import type { MediaDescription, SerializedTatamiError } from "@tatami/core";
import { element } from "@tatami/example-parts/element";
import { formatBytes } from "@tatami/example-parts/format";
import { effortOf } from "@tatami/example-parts/model-choice";
import { resultName } from "@tatami/example-parts/file/result-name";
import { describeSeen } from "@tatami/example-parts/file/seen-file";
import { connectTools } from "../viewer/tools.ts";
import type { JobRequest } from "../work/protocol.ts";
import { networkWish } from "./chosen.ts";
import { formatMoment, readingOf } from "./cut.ts";
import { createBestStill } from "./best-still.ts";
import { createOwnNetwork } from "./own-network.ts";
import { createMomentPicture } from "./picture.ts";
import type { MomentPicture } from "./picture.ts";
import { createSideBySide } from "../side-by-side/side-by-side.ts";
import type { LookedAt, SideBySide } from "../side-by-side/side-by-side.ts";
import { askForFile, canWriteToDisk } from "./save-file.ts";
import { createSettingsForm } from "./settings-form.ts";
import type { Settings } from "./settings.ts";
import { ShownFile } from "./shown-file.ts";
import type { Asked, ShownListener } from "./shown-file.ts";
import { createTimeline } from "./timeline.ts";
import type { Chosen } from "./timeline.ts";

/** How a look at a file ends: it can be worked on, it was left meanwhile, or what is wrong with it. */
export type LookOutcome = "opened" | "left" | SerializedTatamiError;

export interface ReadyView {
  /** Looks at a file and shows it. */
  show(file: File, notice?: string): Promise<LookOutcome>;
  /** Lets go of what was looked at. */
  end(): void;
  /** Takes a person's own network. */
  takeNetwork(file: File): void;
}

/** @param start called with what was asked for, when the form is sent */
export const createReadyView = (start: (request: JobRequest) => void): ReadyView => {
  const texts = createTexts();
  const picture = createMomentPicture(element("#ready-viewer", HTMLElement));
  /** What was chosen on each file's timeline, for when it is come back to. */
  const places = new WeakMap<File, Chosen>();
  let shown: ShownFile | undefined;
  const asked = (): Asked => ({ settings: form.settings, own: own.file, ...timeline.chosen });
  const describe = (): void => {
    if (shown === undefined) return;
    const chosen = shown.chosen(form.settings);
    form.showChosen({ chosen, isOwn: shown.own !== undefined, seen: shown.seen(form.settings) });
    texts.show(shown, asked());
    if (shown.description !== undefined)
      picture.size(shown.description, chosen?.scale ?? form.settings.target);
  };
  const follow = (): void => {
    still.forget();
    describe();
    if (shown?.description !== undefined) void shown.follow(asked());
  };
  const form = createSettingsForm(follow);
  const own = createOwnNetwork(follow);
  const timeline = createTimeline(element("#timeline", HTMLElement), (place, isOtherMoment) => {
    if (shown === undefined) return;
    places.set(shown.file, place);
    if (isOtherMoment) return follow();
    describe();
    shown.plan(asked());
  });
  const comparing = createSideBySide(({ settings, isOwn }) => {
    if (!isOwn && own.file !== undefined) own.leave();
    form.take(settings);
  });
  connectSideBySide(comparing, () => shown?.lookedAt(asked()));
  const still = createBestStill(() => {
    const answer = shown?.bestStill(asked());
    const at = formatMoment(timeline.chosen.moment).replaceAll(":", ".");
    return answer && { answer, name: `${shown!.file.name.replace(/\.[^.]*$/, "")} ${at}.png` };
  }, picture.showAfter);
  connectTools(picture.viewer, {
    i: () => timeline.cutHere("start"),
    o: () => timeline.cutHere("end"),
  });
  connectForm(texts.say, async (toDisk) => {
    if (shown?.description === undefined) return;
    const now = shown;
    const request = requestOf(now, asked(), timeline.duration);
    if (!toDisk) return start(request);
    const scale = now.chosen(form.settings)?.scale ?? 2;
    const output = await askForFile(resultName(now.file.name, `x${scale}`));
    if (output !== undefined && now === shown) start({ ...request, output });
  });

  const end = (): void => {
    comparing.close();
    shown?.end();
    shown = undefined;
  };
  return {
    end,
    takeNetwork: own.take,
    show: async (file, notice) => {
      end();
      texts.begin(file, notice);
      picture.begin();
      timeline.begin(0, null, { moment: 0, cut: { start: 0, end: 0 } });
      const now = (shown = new ShownFile(file, {
        ...showIn(picture),
        onKnown: describe,
        onOwn: own.learn,
      }));
      describe();
      const outcome = await now.opened();
      if (outcome.kind === "cancelled") return "left";
      if (outcome.kind === "failed") {
        end();
        return outcome.error;
      }
      const { duration, video } = outcome.description;
      timeline.begin(duration, video.frameRate, places.get(file) ?? firstPlace(duration));
      texts.warn(outcome.description);
      follow();
      return "opened";
    },
  };
};

const showIn = (picture: MomentPicture): Omit<ShownListener, "onKnown" | "onOwn"> => ({
  onMoment: (moment) => picture.showBefore(moment.picture),
  onEnlarged: (enlarged) => picture.showAfter(enlarged.picture),
  onTrouble: picture.trouble,
  onBusy: picture.busy,
});

/** @param duration of the video in seconds, 0 where it has no known end and so is not cut */
const requestOf = ({ file, own }: ShownFile, { settings, cut }: Asked, duration: number): JobRequest => {
  const { strength, quality, codec, reuse, fuse, tint } = settings;
  return {
    file,
    network: networkWish(settings, own),
    quality,
    ...(reuse === null ? {} : { reuse }),
    ...(fuse === null ? {} : { fuse }),
    ...(strength === null ? {} : { strength }),
    ...(codec === null ? {} : { codec }),
    ...(tint ? { debugView: "reuse" } : {}),
    ...(duration > 0 ? readingOf(cut, duration) : {}),
  };
};

/** All of it; and a moment far enough in that it is rarely black, and near enough to be there at once. */
const firstPlace = (duration: number): Chosen =>
  Number.isFinite(duration) && duration > 0
    ? { moment: Math.min(duration / 10, 5), cut: { start: 0, end: duration } }
    : { moment: 0, cut: { start: 0, end: 0 } };

/** @param look gives what is to be looked at; nothing while nothing is known of it */
const connectSideBySide = (comparing: SideBySide, look: () => LookedAt | undefined): void => {
  element("[data-side-by-side]", HTMLButtonElement).addEventListener("click", () => {
    const file = look();
    if (file !== undefined) comparing.open(file);
  });
};

/** @param send called with whether the result is to be written straight to disk */
const connectForm = (say: (text: string) => void, send: (toDisk: boolean) => Promise<void>): void => {
  const toDisk = element("#to-disk", HTMLInputElement);
  element("#to-disk-row", HTMLElement).hidden = !canWriteToDisk();
  element("#settings", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    send(toDisk.checked).catch(() => say("The place to save to could not be opened. Choose another one."));
  });
};

interface Texts {
  begin(file: File, notice?: string): void;
  say(notice: string): void;
  show(shown: ShownFile, asked: Asked): void;
  /** Says what cannot stay as it is. */
  warn(description: MediaDescription): void;
}

const createTexts = (): Texts => {
  const [title, facts, notice, choice, estimate] = [
    "#ready-title",
    "#ready-facts",
    "#notice",
    "#choice",
    "#estimate",
  ].map((id) => element(id, HTMLElement)) as [
    HTMLElement,
    HTMLElement,
    HTMLElement,
    HTMLElement,
    HTMLElement,
  ];
  const buttons = ["#settings [type=submit]", "[data-side-by-side]", "[data-best-still]"].map((each) =>
    element(each, HTMLButtonElement),
  );
  const say = (text: string): void => {
    notice.hidden = text === "";
    notice.textContent = text;
  };
  return {
    say,
    begin: (file, text = "") => {
      title.textContent = file.name;
      say(text);
    },
    show: (shown, { settings, cut }) => {
      const { description, file } = shown;
      const scale = shown.chosen(settings)?.scale ?? settings.target;
      for (const button of buttons) button.disabled = description === undefined;
      choice.textContent = describeNamed(settings, shown.own !== undefined);
      estimate.textContent = shown.estimate(cut);
      facts.textContent =
        description === undefined
          ? `${formatBytes(file.size)} · Looking at it …`
          : describeSeen(description, file.size, scale);
    },
    warn: ({ video }) => {
      if (isHighDynamicRange(video.color) || (video.bitDepth ?? 8) > 8)
        say("This video has more brightness levels than can be written here: it becomes an ordinary one.");
    },
  };
};

/** A network that was chosen by its name is no preset, so none is marked: it is said which it is. */
const describeNamed = ({ preset, network }: Settings, isOwn: boolean): string => {
  if (preset !== null || isOwn) return "";
  const kind = network.endsWith("-camera") ? "camera" : "clean";
  return `Your choice of all networks: ${kind}, ${effortOf(network)}`;
};
