/** What the pages read and write videos by: the browser's own decoders first, FFmpeg for what those refuse. */

import coreURL from "@ffmpeg/core?url";
import wasmURL from "@ffmpeg/core/wasm?url";
import { mediabunnyDriver } from "@tatami/codecs";
import { ffmpegCoreDriver, registerFfmpegEncoders } from "@tatami/codecs/ffmpeg";
import type { CodecDriver } from "@tatami/core";

/** FFmpeg is served with the page (32 MB, under the GPL) and fetched when it is needed, not before. */
const core = { coreURL, wasmURL };

/** The drivers, in the order they are tried. */
export const pageDrivers = (): readonly CodecDriver[] => [mediabunnyDriver(), ffmpegCoreDriver(core)];

/** Lets FFmpeg encode H.264 where the browser cannot. Called where files are written, before the first one is. */
export const addMissingEncoders = (): Promise<readonly string[]> => registerFfmpegEncoders(core);
