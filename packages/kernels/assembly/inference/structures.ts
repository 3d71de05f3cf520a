/** What JavaScript writes into memory before a run: 32-bit fields, in this order. TypeScript has them from here (`scripts/describe-memory.js`). */

/** One convolution, its activation and its residual. The same for every thread. */
@unmanaged
export class Layer {
  /** Side of the square kernel, odd. */
  kernel: i32;
  /** Channels, rounded up to a multiple of four (the first layer's one input is one). */
  inputs: i32;
  outputs: i32;
  /** 0: directly; 1: by Winograd, F(4×4, 3×3) or, the last layer, F(2×2, 5×5). */
  winograd: i32;
  /** Addresses. Slopes may be 0: no PReLU. */
  weights: u32;
  bias: u32;
  slopes: u32;
  /** The tensor added after the activation, or −1. */
  residual: i32;
}

/** A layer's output (or, first of all, the picture) as a ring of rows, in one thread's own memory. */
@unmanaged
export class Ring {
  /** Address of the first row's pixel 0; rows are `stride` bytes apart. The border beside it belongs to the ring. */
  rows: u32;
  stride: u32;
  /** A multiple of four. */
  capacity: i32;
  /** Bytes of one pixel. */
  pixel: u32;
  /** The part of the window that is needed; outside it everything reads as zero. x0 and y0 are multiples of four. */
  x0: i32;
  y0: i32;
  x1: i32;
  y1: i32;
  /** Rows up to here are there. */
  produced: i32;
}

/** A model, prepared for windows up to some width, in one thread's memory. */
@unmanaged
export class Plan {
  layerCount: i32;
  /** `Layer[layerCount]`. */
  layers: u32;
  /** `Ring[layerCount]`: the picture, then every layer's output but the last one's. */
  rings: u32;
  scale: i32;
  /** What is subtracted from the picture before the first layer. */
  centre: f32;
  /** 1 when the picture is added to every channel of the last layer's output. */
  addPicture: i32;
  /** Winograd tiles in one go, a multiple of six. */
  tiles: i32;
  /** Scratch addresses: a row of zeros, transformed columns, V, M, two rows of the last layer's output. */
  zeros: u32;
  columns: u32;
  v: u32;
  m: u32;
  row: u32;
  /** 512 bytes for tables of row addresses and the output transform. */
  table: u32;
  /** The bicubic filter that strength is measured from: each phase's weights of pixels −2 to 2, `[scale][5]`. */
  filter: u32;
}

/** One patch. */
@unmanaged
export class Job {
  /** Address of the window's first pixel: bytes, floats when `form` is 1, words of 16 bits when it is 2. */
  source: u32;
  /** Bytes between its rows. */
  sourceStride: i32;
  width: i32;
  height: i32;
  /** The part that is kept, in pixels of the window. */
  keptX: i32;
  keptY: i32;
  keptWidth: i32;
  keptHeight: i32;
  /** Address of the first output pixel, and bytes between rows. */
  target: u32;
  targetStride: i32;
  form: i32;
  /** Luma in: value · gain + offset; out: value · outGain + outOffset. For bytes and words. */
  gain: f32;
  offset: f32;
  outGain: f32;
  outOffset: f32;
  /** How much of what the network adds to the filter is used; 1: the network as it is. */
  strength: f32;
  /** The largest word. */
  most: f32;
}
