/** Memory that kernels share, handed out from the bottom and never taken back one piece at a time. */

import { TatamiError } from "@tatami/core";

/** A WebAssembly memory with a mark of how much of it is used. */
export interface Arena {
  readonly memory: WebAssembly.Memory;
  /** Address of `bytes` new bytes, aligned to 64. @throws TatamiError `out-of-memory`. */
  take(bytes: number): number;
  /** The same, and every byte is 0. @throws TatamiError `out-of-memory`. */
  takeZeros(bytes: number): number;
  /** Where the next piece would be: to be given to {@link Arena.release}. */
  mark(): number;
  /** Forgets everything taken since a mark. */
  release(mark: number): void;
}

/** The most the kernels' modules allow: 1 GiB. */
const maximumPages = 16384;
const page = 65536;

/**
 * Makes a shared memory. Threads may be given it where the page is cross-origin isolated; without that it is
 * just a memory.
 *
 * @throws TatamiError `unsupported-environment` where there is no shared memory at all.
 */
export function createArena(): Arena {
  let memory: WebAssembly.Memory;
  try {
    memory = new WebAssembly.Memory({ initial: 2, maximum: maximumPages, shared: true });
  } catch (cause) {
    throw new TatamiError({
      code: "unsupported-environment",
      message: `This JavaScript engine gives no shared WebAssembly memory: ${String(cause)}.`,
      fix: "Use a browser or Node of 2022 or later, or another engine (options.backends).",
      cause,
    });
  }
  // the first page is the modules' own
  let top = page;
  let highest = top;
  const take = (bytes: number): number => {
    const address = top;
    const end = Math.ceil((address + bytes) / 64) * 64;
    const missing = end - memory.buffer.byteLength;
    if (missing > 0) grow(memory, Math.ceil(missing / page), bytes);
    top = end;
    highest = Math.max(highest, end);
    return address;
  };
  return {
    memory,
    take,
    takeZeros(bytes) {
      // memory that nobody had yet is zero, and to write it costs more than all else that is laid out
      const written = highest;
      const address = take(bytes);
      if (address < written)
        new Uint8Array(memory.buffer, address, Math.min(bytes, written - address)).fill(0);
      return address;
    },
    mark: () => top,
    release(mark) {
      top = mark;
    },
  };
}

function grow(memory: WebAssembly.Memory, pages: number, wanted: number): void {
  try {
    memory.grow(pages);
  } catch (cause) {
    throw new TatamiError({
      code: "out-of-memory",
      message: `The WebAssembly engine could not have ${wanted} more bytes beside ${memory.buffer.byteLength}.`,
      fix: "Give a smaller options.patchSize or options.threads.",
      detail: { bytes: wanted },
      cause,
    });
  }
}
