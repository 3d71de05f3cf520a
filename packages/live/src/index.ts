/** Live video as frames, and frames as live video. */

export { createTrack } from "./create-track.ts";
export type { FrameTrack, TrackOptions } from "./create-track.ts";
export { liveSupport, readWays, writeWays } from "./insertable.ts";
export type { LiveSupport, ReadWay, WriteWay } from "./insertable.ts";
export { openCamera } from "./open-camera.ts";
export type { Camera } from "./open-camera.ts";
export { watchTrack } from "./watch-track.ts";
export type { WatchTrackOptions } from "./watch-track.ts";
export { grabFrame, watchVideo } from "./watch-video.ts";
export type { WatchOptions } from "./watch-video.ts";
