/** What code in documents takes as given: values that a reader has, by the names that documents call them. */

/** A file that somebody chose. */
declare const file: File;
/** An ONNX file's bytes. */
declare const bytes: Uint8Array<ArrayBuffer>;
declare const model: import("@tatami/graph").Model;
declare const upscaler: import("@tatami/upscale").Upscaler;
declare const element: import("@tatami/element").TatamiVideo;
declare const video: HTMLVideoElement;
declare const canvas: HTMLCanvasElement;
declare const context: CanvasRenderingContext2D;
declare const videoFrame: VideoFrame;
declare const track: MediaStreamTrack;
declare const stream: MediaStream;
/** Shows something to somebody. */
declare function show(what: unknown): void;

/** hls.js is not installed here: what documents use of it, as its own documentation has it. */
declare module "hls.js" {
  export default class Hls {
    loadSource(address: string): void;
    attachMedia(video: HTMLVideoElement): void;
  }
}

declare module "*?url" {
  const address: string;
  export default address;
}
