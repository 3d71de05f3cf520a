/** Videos whose page was closed before they were done: what is there of them, and what makes them go on. */

import { element } from "@tatami/example-parts/element";
import { formatBytes } from "@tatami/example-parts/format";
import type { KeptJob } from "@tatami/upscale";

/** Shows what is kept in this browser; nothing where nothing is. */
export const showKept = async (): Promise<void> => {
  const root = element("#kept-jobs", HTMLElement);
  // what keeps them is not needed to choose a file
  const { listKeptJobs, removeKeptJob } = await import("./kept-jobs.ts");
  const jobs = await listKeptJobs().catch((): readonly KeptJob[] => []);
  const begun = jobs.filter(({ done }) => done > 0);
  root.hidden = begun.length === 0;
  element("ul", HTMLElement, root).replaceChildren(
    ...begun.map((job) => row(job, () => void removeKeptJob(job.id).then(showKept, showKept))),
  );
};

const row = ({ input = "A video", segments, done, bytes }: KeptJob, remove: () => void): HTMLElement => {
  const item = document.createElement("li");
  const words = document.createElement("span");
  const share = Math.floor((100 * done) / Math.max(1, segments));
  words.textContent = `${input}: ${share} % is there (${formatBytes(bytes)})`;
  const button = document.createElement("button");
  Object.assign(button, { type: "button", textContent: "Remove", onclick: remove });
  button.setAttribute("aria-label", `Remove what is there of ${input}`);
  item.append(words, button);
  return item;
};
