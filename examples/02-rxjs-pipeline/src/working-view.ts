/** A run under way: its figures and its charts. */

import { element } from "@tatami/example-parts/element";
import { formatDuration, formatRate } from "@tatami/example-parts/format";
import { createMotionChart } from "./motion-chart.ts";
import type { PipelineRequest, PipelineUpdate } from "./protocol.ts";
import { createRateChart } from "./rate-chart.ts";

export interface WorkingView {
  /** Begins with nothing known yet. */
  begin(request: PipelineRequest): void;
  update(update: PipelineUpdate): void;
  /** It was asked to stop, and does so in a moment. */
  stopping(): void;
}

export const createWorkingView = (): WorkingView => {
  const title = element("#working-title", HTMLElement);
  const stage = element("#stage", HTMLElement);
  const bar = element("#progress", HTMLProgressElement);
  const percent = element("#percent", HTMLElement);
  const [read, passed, enlarged, rate] = ["#read", "#passed", "#enlarged", "#rate"].map((id) =>
    element(id, HTMLElement),
  ) as [HTMLElement, HTMLElement, HTMLElement, HTMLElement];
  const cancel = element("[data-action=cancel]", HTMLButtonElement);
  const motion = createMotionChart(element("#motion-chart", HTMLElement));
  const rates = createRateChart(element("#rate-chart", HTMLElement));
  let [limit, duration] = [0, 0];

  return {
    begin: (request) => {
      limit = request.limit;
      title.textContent = `Upscaling what moves in ${request.file.name}`;
      stage.textContent = "Getting ready";
      bar.removeAttribute("value");
      percent.textContent = "";
      for (const figure of [read, passed, enlarged, rate]) figure.textContent = "–";
      element("#charts", HTMLElement).prepend(element("#motion", HTMLElement));
      motion.begin(1, 1, limit);
      rates.begin();
      cancel.disabled = false;
    },
    update: (update) => {
      if (update.kind === "source") {
        const { facts } = update;
        duration = facts.duration;
        stage.textContent = `${facts.width} × ${facts.height}, ${formatDuration(duration)}`;
        motion.begin(duration, facts.frames, limit);
        return;
      }
      const { statistics } = update;
      motion.add(statistics.news);
      rates.add(statistics);
      read.textContent = String(statistics.read);
      const share = Math.round((100 * statistics.passed) / Math.max(1, statistics.read));
      passed.textContent = `${statistics.passed} (${share} %)`;
      enlarged.textContent = String(statistics.enlarged);
      rate.textContent = formatRate(rates.enlargedPerSecond ?? 0);
      if (duration <= 0) return;
      bar.value = Math.min(1, statistics.time / duration);
      percent.textContent = `${Math.floor(100 * bar.value)} %`;
    },
    stopping: () => {
      cancel.disabled = true;
      stage.textContent = "Stopping";
    },
  };
};
