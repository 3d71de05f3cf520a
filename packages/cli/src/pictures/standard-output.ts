/** Standard output as a stream of bytes, whatever stands behind it. */

import { createWriteStream, fstatSync } from "node:fs";
import { Socket } from "node:net";
import type { Writable } from "node:stream";

/**
 * Opens a file descriptor for writing. A pipe that is shared with a process that writes without waiting has to be waited for as
 * sockets are.
 */
export function openStandardOutput(fd: number): WritableStream<Uint8Array> {
  const stats = fstatSync(fd);
  const out: Writable =
    stats.isFIFO() || stats.isSocket()
      ? new Socket({ fd, readable: false, writable: true })
      : createWriteStream("", { fd, autoClose: false });
  // told by the write that fails
  out.on("error", () => undefined);
  return new WritableStream<Uint8Array>({
    write: (bytes) =>
      new Promise((resolve, reject) => out.write(bytes, (error) => (error ? reject(error) : resolve()))),
    close: () => new Promise((resolve) => out.end(() => resolve())),
  });
}
