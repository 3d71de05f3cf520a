/** A button that makes the best picture of the moment that is shown, and says what it rests on. */

import type { JobOutcome } from "@tatami/example-parts/job";
import { element } from "@tatami/example-parts/element";
import { explainInPage } from "@tatami/example-parts/page-error";
import type { BestStill } from "../work/protocol.ts";

/** What is asked for: the answer, and what the picture is to be called. */
export interface AskedStill {
  readonly answer: Promise<JobOutcome<BestStill>>;
  readonly name: string;
}

export interface BestStillView {
  /** Another moment or another setting: what was said is of something else now. */
  forget(): void;
}

const usual = "This moment from the frames around it: for a camera that does not move";

/**
 * @param ask nothing while nothing can be made
 * @param show takes the picture
 */
export const createBestStill = (
  ask: () => AskedStill | undefined,
  show: (picture: ImageBitmap) => void,
): BestStillView => {
  const button = element("[data-best-still]", HTMLButtonElement);
  const told = element("#still-told", HTMLElement);
  const save = element("#still-save", HTMLAnchorElement);
  let turn = 0;
  const say = (text: string): void => {
    told.textContent = text;
    save.hidden = true;
    URL.revokeObjectURL(save.href);
  };
  const make = async ({ answer, name }: AskedStill): Promise<void> => {
    const mine = ++turn;
    button.disabled = true;
    say("Looking at the frames around this moment …");
    const outcome = await answer;
    button.disabled = false;
    if (mine !== turn) return void (outcome.kind === "done" && outcome.picture.close());
    if (outcome.kind !== "done")
      return say(outcome.kind === "failed" ? explainInPage(outcome.error).message : usual);
    say(describe(outcome));
    show(outcome.picture);
    Object.assign(save, { href: URL.createObjectURL(outcome.file), download: name, hidden: false });
  };
  button.addEventListener("click", () => {
    const asked = ask();
    if (asked !== undefined) void make(asked);
  });
  return {
    forget: () => {
      turn++;
      say(usual);
    },
  };
};

const describe = ({ looked, half, alone, regions }: BestStill): string =>
  `${looked} frames were looked at: half of the picture rests on ${half} or more` +
  (alone === 0 ? "." : `, ${alone} of its ${regions} regions on fewer than 4, for something moved there.`);
