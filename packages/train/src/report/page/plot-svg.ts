/** Charts as SVG. */

import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** A chart, drawn without a page, that takes its colours from the one it is put in. */
export function plotSvg(options: Plot.PlotOptions): SVGSVGElement {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  return Plot.plot({
    document: document as unknown as Document,
    style: { background: "transparent", fontSize: "11px" },
    ...options,
  }) as SVGSVGElement;
}
