import { expect, test } from "vitest";
import { chartHtml, joinPoints } from "./chart.ts";

const curve = (length: number) => Array.from({ length }, (_, at) => ({ time: at, value: at % 10 }));

test("a chart says its title and each curve's mean; names are text, not HTML", () => {
  const html = chartHtml({
    title: "PSNR & more",
    curves: [
      { name: "<A>", points: curve(5), mean: 2 },
      { name: "B", points: [...curve(3), { time: 4, value: Infinity }, { time: 5, value: NaN }], mean: 1 },
    ],
    format: (value) => value.toFixed(2),
    fromZero: true,
    span: [0, 5],
  });
  expect(html).toContain("PSNR &amp; more");
  expect(html).toContain('&lt;A&gt; <b style="color: var(--first)">2.00</b>');
  expect(html).not.toContain("NaN");
  expect(html).not.toContain("Infinity");
});

test("more points than a chart is wide are joined to means, with the range they had", () => {
  expect(joinPoints(curve(3), 10)).toHaveLength(3);
  const joined = joinPoints(curve(100), 10);
  expect(joined).toHaveLength(10);
  expect(joined[3]).toEqual({ time: 30, value: 4.5, least: 0, most: 9 });
  expect(joinPoints([], 10)).toEqual([]);
});
