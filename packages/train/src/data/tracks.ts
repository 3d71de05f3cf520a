/** The tracks there are, by name. */

import type { Track, TrackName } from "./track.ts";
import { bicubicTrack } from "./tracks/bicubic.ts";
import { cameraTrack } from "./tracks/camera.ts";

/** The tracks there are. */
export const tracks: Readonly<Record<TrackName, Track>> = { bicubic: bicubicTrack, camera: cameraTrack };

/** Their names, the usual one first. */
export const trackNames: readonly TrackName[] = Object.values(tracks).map(({ name }) => name);

/** The literature's: what a recipe has unless it says otherwise, and what every model can be compared on. */
export const usualTrack: Track = bicubicTrack;
