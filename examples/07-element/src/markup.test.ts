import { expect, test } from "vitest";
import { markupOf } from "./markup.ts";
import type { Shown } from "./markup.ts";

const plain: Shown = { src: "a.mp4", model: "m5-x2", strength: 1, compare: false, isElsewhere: false };

test.each([
  [{}, '<tatami-video src="a.mp4"></tatami-video>'],
  [{ compare: true, model: "m3-x2" }, '<tatami-video src="a.mp4" model="m3-x2" compare></tatami-video>'],
  [{ strength: 0.65 }, '<tatami-video src="a.mp4" strength="0.65"></tatami-video>'],
  [
    { src: 'https://a.test/?a=1&b="2"', isElsewhere: true },
    '<tatami-video src="https://a.test/?a=1&amp;b=&quot;2&quot;" crossorigin></tatami-video>',
  ],
] as [Partial<Shown>, string][])("%j", (change, first) => {
  const [line, ...rest] = markupOf({ ...plain, ...change }).split("\n");
  expect(line).toBe(first);
  expect(rest.join("\n")).toContain("defineTatamiVideo();");
});
