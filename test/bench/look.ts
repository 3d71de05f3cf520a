/**
 * Prints what a look into a file takes before anything is chosen, beside opening the file alone, medians of turns about:
 *
 *     npm run bench:look -- CLIP…
 */

import { basename } from "node:path";
import type { ModelChooser } from "@tatami/graph";
import { inspect, plan } from "@tatami/upscale";

const rounds = 15;
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const enough = new Error("enough was seen");

for (const clip of process.argv.slice(2)) {
  const [opened, looked]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    let since = performance.now();
    await inspect(clip);
    opened.push(performance.now() - since);
    since = performance.now();
    const model: ModelChooser = {
      scale: 2,
      choose: () => {
        looked.push(performance.now() - since);
        return Promise.reject(enough);
      },
    };
    await plan(clip, { model }).catch((error: unknown) => {
      if (error !== enough) throw error;
    });
  }
  const [open, look] = [median(opened), median(looked)];
  console.log(
    `${basename(clip)}: open ${open.toFixed(1)} ms, open and look ${look.toFixed(1)} ms, the look ${(look - open).toFixed(1)} ms`,
  );
}
process.exit();
