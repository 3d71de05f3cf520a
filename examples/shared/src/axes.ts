/** The two axes that every figure of these pages has, and the lines behind it. */

import type { Markish } from "@observablehq/plot";
import { axisX, axisY, gridY } from "@observablehq/plot";

export interface Axis {
  readonly label: string;
  /** A number in words. @defaultValue as the plot does it */
  readonly format?: string | ((value: number) => string);
}

/** @param width of the figure in pixels: as many ticks along it as can be read */
export const axes = (width: number, x: Axis, y: Axis): readonly Markish[] => [
  gridY({ strokeOpacity: 0.15 }),
  axisX({
    label: x.label,
    labelAnchor: "center",
    labelArrow: "none",
    ticks: Math.floor(width / 90),
    ...formatOf(x),
  }),
  axisY({ label: y.label, labelArrow: "none", ticks: 4, ...formatOf(y) }),
];

const formatOf = ({ format }: Axis): { readonly tickFormat?: string | ((value: number) => string) } =>
  format === undefined ? {} : { tickFormat: format };
