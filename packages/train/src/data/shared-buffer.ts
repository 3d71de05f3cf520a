/** Memory that threads share, where there is such. */

/** Shared between threads, or not where a page may not have threads that share. */
export type SharedBuffer = SharedArrayBuffer | ArrayBuffer;

/** Bytes set to zero: shared, but in a page that is not cross-origin isolated, where one thread has to do. */
export function createSharedBuffer(bytes: number): SharedBuffer {
  return typeof SharedArrayBuffer === "undefined" ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes);
}
