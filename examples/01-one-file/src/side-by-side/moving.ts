/** What mouse, fingers and arrow keys mean on tiles: all of them move together. */

/** What is moved. */
export interface Movable {
  /** By pixels of the page, as the picture goes. */
  moveBy(right: number, down: number): void;
}

/** Pixels that a press moves before it is a drag and no click. */
const slack = 4;
/** Pixels that an arrow key moves by. */
const step = 24;
const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [step, 0],
  ArrowRight: [-step, 0],
  ArrowUp: [0, step],
  ArrowDown: [0, -step],
};

/** Listens on what holds the tiles. */
export const listenForMoves = (root: HTMLElement, { moveBy }: Movable): void => {
  let from: { readonly id: number; x: number; y: number; isDrag: boolean } | undefined;
  root.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && event.isPrimary)
      from = { id: event.pointerId, x: event.clientX, y: event.clientY, isDrag: false };
  });
  root.addEventListener("pointermove", (event) => {
    if (from?.id !== event.pointerId) return;
    const [right, down] = [event.clientX - from.x, event.clientY - from.y];
    if (!from.isDrag && Math.hypot(right, down) < slack) return;
    // what lies under the pointer in the end is not meant
    if (!from.isDrag) root.setPointerCapture(event.pointerId);
    from = { id: from.id, x: event.clientX, y: event.clientY, isDrag: true };
    moveBy(right, down);
  });
  let wasDrag = false;
  const lift = (event: PointerEvent): void => {
    if (from?.id !== event.pointerId) return;
    wasDrag = from.isDrag;
    from = undefined;
  };
  root.addEventListener("pointerup", lift);
  root.addEventListener("pointercancel", lift);
  root.addEventListener(
    "click",
    (event) => {
      // a click without a pointer is a key's
      if (wasDrag && event.detail > 0) event.stopPropagation();
      wasDrag = false;
    },
    { capture: true },
  );
  root.addEventListener("keydown", (event) => {
    const by = arrows[event.key];
    if (by === undefined) return;
    moveBy(...by);
    event.preventDefault();
  });
};
