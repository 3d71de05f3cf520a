/** WebGPU's usage flags, as its standard numbers them: Node has no such globals. */

/** What buffers are for. */
export const bufferUsage = {
  mapRead: 0x1,
  copySource: 0x4,
  copyTarget: 0x8,
  uniform: 0x40,
  storage: 0x80,
  indirect: 0x100,
  queryResolve: 0x200,
} as const;

/** Mapping a buffer in order to read it. */
export const mapForReading = 0x1;

/** What textures are for. */
export const textureUsage = {
  copySource: 0x1,
  copyTarget: 0x2,
  bound: 0x4,
  storage: 0x8,
  attachment: 0x10,
} as const;
