/** Brings FFmpeg's decoders and encoders into mediabunny, once a process. */

import { TatamiError } from "@tatami/core";

let registered: Promise<void> | undefined;

/** @throws TatamiError `missing-package` when the optional peers are not installed. */
export function registerServer(): Promise<void> {
  registered ??= register();
  return registered;
}

async function register(): Promise<void> {
  const server = await load("@mediabunny/server", () => import("@mediabunny/server"));
  const { AV_LOG_QUIET, Log } = await load("node-av", () => import("node-av"));
  // No device is asked for: asking makes FFmpeg probe for every kind of GPU.
  server.registerMediabunnyServer({ hardwareContext: () => null });
  // After the registration, which sets its own level. What goes wrong is thrown; the terminal is the user's.
  Log.setLevel(AV_LOG_QUIET);
}

async function load<T>(name: string, importer: () => Promise<T>): Promise<T> {
  try {
    return await importer();
  } catch (error) {
    throw new TatamiError({
      code: "missing-package",
      message: `Reading and writing video in Node needs ${name}, which cannot be loaded.`,
      fix: "Run npm install @mediabunny/server node-av in your project.",
      detail: { package: name },
      cause: error,
    });
  }
}
