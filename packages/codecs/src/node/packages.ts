/** Node's optional peers, loaded once, and FFmpeg's decoders and encoders brought into mediabunny. */

import { TatamiError } from "@tatami/core";
import { Logging, LogLevel, registerDecoder, registerEncoder } from "mediabunny";
import { createDecoderClass } from "./ffmpeg-decoder.ts";
import { createX264Class } from "./x264-encoder.ts";

/** The loaded packages. */
export interface Packages {
  readonly nodeAv: typeof import("node-av");
  readonly server: typeof import("@mediabunny/server");
}

let loaded: Promise<Packages> | undefined;

/** @throws TatamiError `missing-package` when the optional peers are not installed. */
export function loadPackages(): Promise<Packages> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Packages> {
  const nodeAv = await importOptional("node-av", () => import("node-av"));
  const server = await importOptional("@mediabunny/server", () => import("@mediabunny/server"));
  // The first that says it can is the one used.
  registerDecoder(createDecoderClass(nodeAv, server));
  registerEncoder(createX264Class(nodeAv, server));
  // No device is given: looking for one makes FFmpeg probe for every kind of GPU there is.
  server.registerMediabunnyServer({ hardwareContext: () => null });
  // What goes wrong is thrown; the terminal is the user's. After the registration, which sets its own level.
  nodeAv.Log.setLevel(nodeAv.AV_LOG_QUIET);
  Logging.level = LogLevel.Silent;
  return { nodeAv, server };
}

async function importOptional<T>(name: string, importer: () => Promise<T>): Promise<T> {
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
