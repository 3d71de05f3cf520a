/** Calls made often, passed on seldom. */

/** `call`, at most once in `milliseconds`; calls in between are dropped. */
export function throttle(call: () => void, milliseconds: number): () => void {
  let next = 0;
  return () => {
    const now = performance.now();
    if (now < next) return;
    next = now + milliseconds;
    call();
  };
}
