/** WebGPU's usage flags, as its standard numbers them: Node has no such globals. */

/** What buffers are for. */
export const bufferUsage = {
  mapRead: 0x1,
  copySource: 0x4,
  copyTarget: 0x8,
  uniform: 0x40,
  storage: 0x80,
} as const;

/** Mapping a buffer in order to read it. */
export const mapForReading = 0x1;
