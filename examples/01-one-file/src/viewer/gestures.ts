/** What mouse, wheel and fingers mean on a picture. */

import type { Point } from "./zoom.ts";

/** What a gesture asks for. */
export interface GestureTarget {
  /** Zooms by a factor about a place. @returns whether anything changed */
  zoomBy(factor: number, about: Point): boolean;
  panBy(right: number, down: number): void;
  /** Whether the picture is larger than its frame, so that there is something to pan to. */
  canPan(): boolean;
  /** Draws the line through a place. */
  moveLine(to: Point): void;
  /** Told where the pointer is; nowhere once it has left. */
  point(at: Point | undefined): void;
}

/** Scroll units of a wheel that double the size. */
const doublingWheel = 300;

/**
 * A drag on the handle moves the line; elsewhere it pans where there is something to pan to, and moves the line where
 * not. Two fingers zoom and pan. A wheel that would make the picture smaller than it may be scrolls the page.
 */
export const listenForGestures = (stage: HTMLElement, handle: HTMLElement, target: GestureTarget): void => {
  const pointers = new Map<number, Point>();
  let drag: "line" | "pan" | "pinch" | undefined;
  const place = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top } = stage.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };

  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    stage.setPointerCapture(event.pointerId);
    const at = place(event);
    pointers.set(event.pointerId, at);
    const onHandle = event.target === handle;
    (onHandle ? handle : stage).focus({ preventScroll: true });
    drag = pointers.size === 2 ? "pinch" : onHandle || !target.canPan() ? "line" : "pan";
    if (drag === "line") target.moveLine(at);
    target.point(at);
    event.preventDefault();
  });
  stage.addEventListener("pointermove", (event) => {
    const at = place(event);
    const last = pointers.get(event.pointerId);
    target.point(at);
    if (last === undefined) return;
    if (drag === "pinch") pinch(pointers, event.pointerId, at, target);
    else if (drag === "line") target.moveLine(at);
    else if (drag === "pan") target.panBy(at.x - last.x, at.y - last.y);
    pointers.set(event.pointerId, at);
  });
  const lift = (event: PointerEvent): void => {
    pointers.delete(event.pointerId);
    drag = pointers.size === 1 && drag === "pinch" ? "pan" : pointers.size === 0 ? undefined : drag;
  };
  stage.addEventListener("pointerup", lift);
  stage.addEventListener("pointercancel", lift);
  stage.addEventListener("pointerleave", () => target.point(undefined));
  stage.addEventListener(
    "wheel",
    (event) => {
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      // a trackpad's pinch comes as a wheel with the control key, in smaller steps
      const steps = event.deltaY * lines * (event.ctrlKey ? 4 : 1);
      const changed = target.zoomBy(2 ** (-steps / doublingWheel), place(event));
      if (changed || event.ctrlKey) event.preventDefault();
    },
    { passive: false },
  );
};

/** One of two fingers has moved: what was between them stays between them. */
const pinch = (
  pointers: ReadonlyMap<number, Point>,
  moved: number,
  to: Point,
  target: GestureTarget,
): void => {
  const from = pointers.get(moved)!;
  const other = [...pointers].find(([id]) => id !== moved)?.[1];
  if (other === undefined) return;
  const apart = (a: Point, b: Point): number => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
  const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const [before, after] = [middle(from, other), middle(to, other)];
  target.panBy(after.x - before.x, after.y - before.y);
  target.zoomBy(apart(to, other) / apart(from, other), after);
};
