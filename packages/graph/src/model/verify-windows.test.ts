/** What a model with windows may not do, and how far it looks. */

import { describe, expect, it } from "vitest";
import {
  add,
  conv2d,
  depthToSpace,
  input,
  relu,
  scalar,
  selectiveScan,
  spaceToDepth,
  times,
  unwindow,
  window,
} from "../build.ts";
import type { Node } from "../node.ts";
import { tensor } from "../tensor.ts";
import { reachOf } from "./halo.ts";
import { verify } from "./verify.ts";

const cut = { size: 8, order: "rows", shift: 0 } as const;
const shifted = { ...cut, shift: 4 };
const picture = input();
const kernel = (height: number, width: number) => tensor([1, 1, height, width]);
const scan = (tokens: Node): Node =>
  selectiveScan(tokens, tokens, tokens, times(relu(tokens), -1), { states: 1, values: 1 });

const faults = (output: Node): readonly string[] =>
  verify({ name: "windows", scale: 1, ...reachOf(output), output }).map(({ message }) => message);

describe("a model of windows", () => {
  it.each([
    ["a scan along a picture's rows", scan(picture), /selectiveScan runs along the rows of a picture/],
    [
      "a kernel over several windows",
      unwindow(conv2d(window(picture, cut), kernel(3, 3)), picture, cut),
      /conv2d has a kernel that looks from window to window/,
    ],
    [
      "windows of windows",
      unwindow(unwindow(window(window(picture, cut), cut), window(picture, cut), cut), picture, cut),
      /window is given windows/,
    ],
    [
      "windows put together otherwise",
      unwindow(window(picture, shifted), spaceToDepth(picture, 1), { ...shifted, shift: 3 }),
      /unwindow is given what was not cut into such windows/,
    ],
    [
      "blocks of windows",
      unwindow(depthToSpace(window(picture, cut), 1), picture, cut),
      /depthToSpace is given windows/,
    ],
  ])("refuses %s", (_what, output, message) => {
    expect(faults(output).join("\n")).toMatch(message);
  });

  it("looks as far as the windows that it touches reach", () => {
    const inWindows = (source: Node, argument: typeof shifted | typeof cut): Node =>
      unwindow(scan(conv2d(window(source, argument), kernel(1, 7))), source, argument);
    const around = (source: Node): Node => conv2d(source, kernel(3, 3));
    expect(reachOf(inWindows(picture, cut))).toEqual({ halo: 0, alignment: 8 });
    expect(reachOf(inWindows(around(picture), cut))).toEqual({ halo: 8, alignment: 8 });
    expect(reachOf(inWindows(picture, shifted))).toEqual({ halo: 8, alignment: 8 });
    // 1, windows to 4 beyond the corner, 1, whole windows: 8
    expect(reachOf(inWindows(around(inWindows(picture, cut)), shifted)).halo).toBe(8);
    expect(reachOf(around(inWindows(around(inWindows(around(picture), cut)), shifted))).halo).toBe(16);
    expect(faults(around(inWindows(around(inWindows(add(picture, scalar(0)), cut)), shifted)))).toEqual([]);
    // in pixels of the picture: windows of 8 blocks of 2
    expect(reachOf(inWindows(conv2d(spaceToDepth(picture, 2), tensor([1, 4, 3, 3])), cut))).toEqual({
      halo: 16,
      alignment: 16,
    });
  });
});
