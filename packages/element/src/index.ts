/** `<tatami-video>`: a playing video, enlarged in place. */

export { defineTatamiVideo } from "./define.ts";
export type { TatamiVideo, TatamiVideoEvents, TatamiVideoState } from "./contract.ts";
