/** `tatami serve`: jobs over HTTP, for people who are not in Node. */

import { once } from "node:events";
import { resolve } from "node:path";
import { withoutUndefined } from "@tatami/core";
import type { ServeEvent, ServeOptions } from "@tatami/serve";
import { defineCommand } from "../command.ts";
import type { Command } from "../command.ts";
import { listFlag, switchFlag, valueFlag } from "../flags.ts";
import { parseDuration } from "../parsing/parse-duration.ts";
import { usage } from "../parsing/parse-flags.ts";
import { parseInteger } from "../parsing/parse-integer.ts";
import { parseNumber } from "../parsing/parse-number.ts";
import type { Shell } from "../shell.ts";
import { toLine } from "../to-json.ts";
import { connectionFlags, fleetOptions } from "./fleet/connection.ts";

const text = (value: string): string => value;

const flags = {
  host: valueFlag(
    "ADDRESS",
    "Address to listen on; default 127.0.0.1. Any that other machines reach demands a token in $TATAMI_TOKEN.",
    text,
  ),
  port: valueFlag("PORT", "Port to listen on; default 8080.", parseInteger(0, 65_535)),
  store: valueFlag("FOLDER", "Folder of jobs, their files and results; default tatami-jobs.", text),
  jobs: valueFlag("N", "Jobs at once; default 1.", parseInteger(1, 64)),
  processes: valueFlag(
    "N",
    "Segments of a job at once, each in a process of its own; default half of the machine's threads, at least 2.",
    parseInteger(1, 256),
  ),
  threads: valueFlag(
    "N",
    "Threads of the CPU engine in each; default the machine's, shared out.",
    parseInteger(1, 64),
  ),
  "allow-host": listFlag(
    "HOST",
    "A host that files are fetched from, may be given several times: example.org, '*.example.org', '*'. Private addresses are refused all the same; default none.",
  ),
  "max-upload": valueFlag("GB", "Size of a file at most; default 4.3.", parseNumber(0.000_001)),
  "max-waiting": valueFlag("N", "Jobs that wait or are at work, at most; default 20.", parseInteger(1)),
  "max-kept": valueFlag("N", "Jobs that are over and kept, at most; default 100.", parseInteger(0)),
  "keep-hours": valueFlag(
    "N",
    "Hours for which a job that is over is kept with its result; default 24.",
    parseNumber(0),
  ),
  "max-pixels": valueFlag("N", "Pixels of a frame at most; default 8847360, 4096×2160.", parseInteger(1)),
  "max-duration": valueFlag(
    "TIME",
    "Length of what is upscaled at most: 30m, 2h; default any.",
    parseDuration,
  ),
  redis: valueFlag(
    "URL",
    "Hand jobs to a fleet of workers that see the store: redis://:PASSWORD@host:6379, or rediss://; default $TATAMI_REDIS. Without either jobs run here.",
    text,
  ),
  name: connectionFlags.name,
  root: connectionFlags.root,
  json: switchFlag("Print what happens as JSON on stdout."),
  quiet: switchFlag("Print nothing but errors and JSON.", "q"),
};

/** The service. Ctrl-C and SIGTERM end it in order: what is begun is kept, and the next one goes on with it. */
export const serveCommand: Command = defineCommand({
  name: "serve",
  summary: "Take jobs over HTTP: a file or a URL in, progress as events, the result out.",
  usage: "[flags]",
  flags,
  examples: [
    "",
    "--store /mnt/jobs --jobs 2 --allow-host media.example.org",
    "--host 0.0.0.0 --redis redis://queue:6379 --root /mnt",
  ],
  async run(words, values, shell) {
    if (words.length > 0)
      throw usage(
        `tatami serve takes no files, and was given ${words[0]}.`,
        "Start it without; files are sent to it, for instance by curl.",
      );
    const { startService } = await import("@tatami/serve");
    const { stdout, stderr, signal } = shell;
    const onEvent = (event: ServeEvent): void => {
      if (values.json) stdout.write(toLine(event));
      else if (!values.quiet || event.kind === "trouble") stderr.write(`${describe(event)}\n`);
    };
    const options = serveOptions(values, shell);
    await using service = await startService({ ...options, onEvent });
    if (values.json) stdout.write(toLine({ kind: "listening", url: service.url }));
    else if (!values.quiet) stderr.write(`${greeting(service.url, options)}\n`);
    if (!signal.aborted) await once(signal, "abort");
    if (!values.quiet) stderr.write("Stopping; what is begun is kept for the next start.\n");
    return 0;
  },
});

type Values = Parameters<Parameters<typeof defineCommand<typeof flags>>[0]["run"]>[1];

function serveOptions(values: Values, shell: Shell): ServeOptions {
  const { host, port, jobs, processes, threads, store = "tatami-jobs" } = values;
  const { redis, fleet: name, root } = fleetOptions(values, shell);
  const gigabytes = values["max-upload"];
  return {
    store: resolve(shell.cwd, store),
    allowedHosts: values["allow-host"],
    ...withoutUndefined({
      host,
      port,
      jobs,
      processes,
      threads,
      // an empty one is what a file of settings leaves where nothing was filled in
      token: shell.env["TATAMI_TOKEN"] || undefined,
      maxUpload: gigabytes && Math.round(gigabytes * 1e9),
      maxWaiting: values["max-waiting"],
      maxKept: values["max-kept"],
      keepHours: values["keep-hours"],
      maxPixels: values["max-pixels"],
      maxSeconds: values["max-duration"],
      fleet: redis ? { redis, ...withoutUndefined({ name, root }) } : undefined,
    }),
  };
}

function greeting(url: string, { token, fleet }: ServeOptions): string {
  const asked = token === undefined ? "for this machine alone" : "with the token of TATAMI_TOKEN";
  return `Listening at ${url}, ${asked}; jobs run ${fleet ? "in the fleet" : "on this machine"}. What there is: ${url}/openapi.json`;
}

function describe({ job, kind, message }: ServeEvent): string {
  return job === undefined ? `${kind}: ${message}` : `${job.slice(0, 9)}  ${kind}  ${message}`;
}
