/** What an operator decides of the service. */

import { isIP } from "node:net";
import { resolve } from "node:path";
import { checkInteger, checkKnownOptions, checkNumber, invalidOption, TatamiError } from "@tatami/core";

/** Options of {@link startService}. */
export interface ServeOptions {
  /** Address that is listened on. Any but this machine's own demands a `token`. @defaultValue "127.0.0.1" */
  readonly host?: string;
  /** 0 takes one that is free. @defaultValue 8080 */
  readonly port?: number;
  /** What requests have to bring (`Authorization: Bearer …`), 16 characters and more. @defaultValue none is asked for */
  readonly token?: string;
  /** Folder of the jobs, their files and results. One service at a time. @defaultValue "tatami-jobs" */
  readonly store?: string;
  /** Jobs at once, where they run on this machine. @defaultValue 1 */
  readonly jobs?: number;
  /** Segments of a job at once, each in a process of its own. @defaultValue half of the machine's threads, at least 2 */
  readonly processes?: number;
  /** Threads of the CPU engine in each. @defaultValue the machine's, shared out */
  readonly threads?: number;
  /** Hands jobs to a fleet of workers that see the store, instead of running them here. */
  readonly fleet?: {
    /** Address of Redis. It is in no answer and no message. */
    readonly redis: string;
    /** Which fleet of several. @defaultValue "tatami" */
    readonly name?: string;
    /** The folder that all machines share, as it lies on this one; the store is in it. @defaultValue "/" */
    readonly root?: string;
  };
  /** Hosts that files are fetched from: `example.org`, `*.example.org`, `*`. @defaultValue none */
  readonly allowedHosts?: readonly string[];
  /** Bytes of a file that comes in, at most. @defaultValue 4 GiB */
  readonly maxUpload?: number;
  /** Jobs that wait or are at work, at most. @defaultValue 20 */
  readonly maxWaiting?: number;
  /** Jobs that are over and kept, at most: the oldest goes. @defaultValue 100 */
  readonly maxKept?: number;
  /** Hours for which a job that is over is kept with its result. @defaultValue 24 */
  readonly keepHours?: number;
  /** Pixels of a frame of a source, at most. @defaultValue 8,847,360: 4096×2160 */
  readonly maxPixels?: number;
  /** Seconds of a source that are upscaled, at most. @defaultValue any number */
  readonly maxSeconds?: number;
  /** Told what happens; nothing secret is in it. */
  readonly onEvent?: (event: ServeEvent) => void;
}

/** What happens in the service. */
export interface ServeEvent {
  /** Absent of what is no job's. */
  readonly job?: string;
  /** `kept`: an earlier service had it, and it is gone on with. `trouble`: a fault of the service itself. */
  readonly kind: "taken" | "begun" | "done" | "failed" | "removed" | "kept" | "trouble";
  /** For people. */
  readonly message: string;
}

/** Options with their defaults. */
export type ResolvedServe = Required<
  Omit<ServeOptions, "token" | "fleet" | "processes" | "threads" | "maxSeconds">
> &
  Pick<ServeOptions, "token" | "fleet" | "processes" | "threads" | "maxSeconds">;

const known: readonly (keyof ServeOptions)[] = [
  "host",
  "port",
  "token",
  "store",
  "jobs",
  "processes",
  "threads",
  "fleet",
  "allowedHosts",
  "maxUpload",
  "maxWaiting",
  "maxKept",
  "keepHours",
  "maxPixels",
  "maxSeconds",
  "onEvent",
];

/** Characters of a token at least. */
const leastToken = 16;

/** @throws TatamiError `invalid-option`, also where other machines could ask for jobs without a token */
export function resolveServe(options: ServeOptions): ResolvedServe {
  checkKnownOptions("options", options, known);
  const { host = "127.0.0.1", token, store = "tatami-jobs", fleet, processes, threads, maxSeconds } = options;
  const { allowedHosts = [], onEvent = () => {} } = options;
  if (typeof host !== "string" || host === "") throw invalidOption("options.host", "an address", host);
  if (token !== undefined && (typeof token !== "string" || token.length < leastToken)) throw shortToken();
  if (token === undefined && !isLoopback(host)) throw noToken(host);
  return {
    host,
    port: checkInteger("options.port", options.port ?? 8080, 0, 65_535),
    store: resolve(store),
    jobs: checkInteger("options.jobs", options.jobs ?? 1, 1, 64),
    allowedHosts,
    maxUpload: checkInteger("options.maxUpload", options.maxUpload ?? 4 * 2 ** 30, 1),
    maxWaiting: checkInteger("options.maxWaiting", options.maxWaiting ?? 20, 1),
    maxKept: checkInteger("options.maxKept", options.maxKept ?? 100, 0),
    keepHours: checkNumber("options.keepHours", options.keepHours ?? 24, 0),
    maxPixels: checkInteger("options.maxPixels", options.maxPixels ?? 4096 * 2160, 1),
    onEvent,
    ...(token !== undefined && { token }),
    ...(fleet !== undefined && { fleet }),
    ...(processes !== undefined && { processes: checkInteger("options.processes", processes, 1, 256) }),
    ...(threads !== undefined && { threads: checkInteger("options.threads", threads, 1, 64) }),
    ...(maxSeconds !== undefined && { maxSeconds: checkNumber("options.maxSeconds", maxSeconds, 0) }),
  };
}

/** Whether only this machine reaches an address. */
export function isLoopback(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, "").toLowerCase();
  return address === "localhost" || address === "::1" || (isIP(address) === 4 && address.startsWith("127."));
}

function noToken(host: string): TatamiError<"invalid-option"> {
  return new TatamiError({
    code: "invalid-option",
    message: `On ${host} other machines reach the service, and it has no token to tell who may.`,
    fix: "Set TATAMI_TOKEN to a secret of 16 characters and more, for instance what openssl rand -hex 24 prints; or listen on 127.0.0.1.",
  });
}

function shortToken(): TatamiError<"invalid-option"> {
  return new TatamiError({
    code: "invalid-option",
    message: `The token is shorter than ${leastToken} characters, and could be guessed.`,
    fix: "Set TATAMI_TOKEN to a longer secret, for instance what openssl rand -hex 24 prints.",
  });
}
