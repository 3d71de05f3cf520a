/** A chart whose parts are made once and moved as its data grow: making it anew for every point would stall the page. */

import { axisBottom, axisLeft } from "d3-axis";
import type { Axis } from "d3-axis";
import { scaleLinear } from "d3-scale";
import type { ScaleLinear } from "d3-scale";
import { select } from "d3-selection";
import type { Selection } from "d3-selection";
import { line } from "d3-shape";

/** What one axis says. */
export interface ChartAxis {
  readonly label: string;
  /** A number in words. @defaultValue as few digits as its ticks need */
  readonly format?: (value: number) => string;
}

/** What is seen now, in the values of the axes. */
export interface ChartContent {
  /** Both widened to round numbers, so that the axes stand still most of the time. */
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly lines?: readonly { readonly color: string; readonly points: readonly ChartPoint[] }[];
  readonly bars?: readonly { readonly from: number; readonly to: number; readonly height: number }[];
  readonly dots?: readonly ChartPoint[];
  /** A dashed line across, at this height. */
  readonly rule?: number;
}

/** Along and up. */
export type ChartPoint = readonly [x: number, y: number];

export interface LiveChartInit {
  readonly into: HTMLElement;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  /** What is to be seen now; nothing when there is nothing yet. */
  readonly content: () => ChartContent | undefined;
  /** What is seen, in words, for those who cannot see it. */
  readonly describe: () => string;
}

export interface LiveChart {
  /** Something is new: it is drawn soon. */
  update(): void;
  /** Takes the chart away until the next update. */
  clear(): void;
}

/** Pixels: the whole height, and what the axes need around the picture. */
const [height, left, right, top, bottom] = [190, 52, 12, 24, 38];

/** Milliseconds between two drawings: more often nobody can follow. */
const pause = 300;

/** Draws when it is asked to, and when the page's width has changed. */
export const createLiveChart = (init: LiveChartInit): LiveChart => {
  const { into, content, describe } = init;
  const frame = createFrame(init);
  let [asked, drawnAt] = [false, Number.NEGATIVE_INFINITY];
  const draw = (): void => {
    asked = false;
    drawnAt = performance.now();
    const now = content();
    if (now === undefined) return;
    if (frame.svg.parentNode !== into) into.replaceChildren(frame.svg);
    frame.svg.setAttribute("aria-label", describe());
    frame.show(now, Math.max(240, into.clientWidth));
  };
  const update = (): void => {
    if (asked) return;
    asked = true;
    setTimeout(() => requestAnimationFrame(draw), Math.max(0, drawnAt + pause - performance.now()));
  };
  // a chart of another width than the page's is cut off
  new ResizeObserver(() => requestAnimationFrame(draw)).observe(into);
  return { update, clear: () => into.replaceChildren() };
};

interface ChartFrame {
  readonly svg: SVGSVGElement;
  show(content: ChartContent, width: number): void;
}

type Group = Selection<SVGGElement, unknown, null, undefined>;
type Scale = ScaleLinear<number, number>;

const createFrame = ({ x, y }: LiveChartInit): ChartFrame => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const root = select(svg).attr("role", "img").attr("height", height);
  const group = (name: string): Group => root.append("g").attr("class", name);
  const grid = group("grid").attr("transform", `translate(${left}, 0)`);
  const below = group("axis").attr("transform", `translate(0, ${height - bottom})`);
  const beside = group("axis").attr("transform", `translate(${left}, 0)`);
  const marks = group("marks");
  const label = (text: string) => root.append("text").text(text);
  label(y.label).attr("y", 12);
  const alongLabel = label(x.label)
    .attr("y", height - 4)
    .attr("text-anchor", "middle");
  let drawn = "";
  // text costs far more than lines to lay out: the axes are only drawn where they have changed
  const showAxes = (along: Scale, up: Scale, width: number): void => {
    const wanted = [...along.domain(), ...up.domain(), width].join();
    if (wanted === drawn) return;
    drawn = wanted;
    root.attr("width", width);
    alongLabel.attr("x", (left + width - right) / 2);
    below.call(withFormat(axisBottom<number>(along).ticks(width / 90), x.format));
    beside.call(withFormat(axisLeft<number>(up).ticks(4), y.format));
    const across = axisLeft<number>(up)
      .ticks(4)
      .tickSize(left + right - width);
    grid.call(withFormat(across, () => ""));
  };
  return {
    svg,
    show(content, width) {
      const along = scaleLinear(content.x, [left, width - right]).nice(width / 90);
      const up = scaleLinear(content.y, [height - bottom, top]).nice(4);
      showAxes(along, up, width);
      showMarks(marks, content, along, up);
    },
  };
};

const withFormat = (axis: Axis<number>, format: ChartAxis["format"]): Axis<number> =>
  format === undefined ? axis : axis.tickFormat((value) => format(value));

const showMarks = (marks: Group, content: ChartContent, along: Scale, up: Scale): void => {
  const { lines = [], bars = [], dots = [], rule } = content;
  const path = line<ChartPoint>(
    ([x]) => along(x),
    ([, y]) => up(y),
  );
  marks
    .selectAll<SVGRectElement, unknown>("rect")
    .data(bars)
    .join("rect")
    .attr("x", ({ from }) => along(from) + 0.5)
    .attr("width", ({ from, to }) => Math.max(1, along(to) - along(from) - 1))
    .attr("y", (bar) => up(bar.height))
    .attr("height", (bar) => up(0) - up(bar.height));
  marks
    .selectAll<SVGPathElement, unknown>("path")
    .data(lines)
    .join("path")
    .attr("stroke", ({ color }) => color)
    .attr("d", ({ points }) => path([...points]));
  marks
    .selectAll<SVGCircleElement, unknown>("circle")
    .data(dots)
    .join("circle")
    .attr("r", 2)
    .attr("cx", ([x]) => along(x))
    .attr("cy", ([, y]) => up(y));
  const [from = 0, to = 0] = along.range();
  marks
    .selectAll<SVGLineElement, unknown>("line")
    .data(rule === undefined ? [] : [up(rule)])
    .join("line")
    .attr("x1", from)
    .attr("x2", to)
    .attr("y1", (at) => at)
    .attr("y2", (at) => at);
};
