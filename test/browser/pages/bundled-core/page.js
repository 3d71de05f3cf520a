/** Reads a served clip with FFmpeg's core, whose files are served beside the page. */

import { ffmpegCoreDriver } from "@tatami/codecs/ffmpeg";

globalThis.readClip = async () => {
  const driver = ffmpegCoreDriver({ coreURL: "./core/ffmpeg-core.js" });
  const reader = await driver.open(new URL("./clip.avi", location.href));
  try {
    const timestamps = [];
    for await (const frame of reader.frames()) {
      timestamps.push(frame.timestamp);
      frame.close();
    }
    return { container: reader.description.container, frames: timestamps.length };
  } finally {
    await reader[Symbol.asyncDispose]();
  }
};
