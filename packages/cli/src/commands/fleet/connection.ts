/** Which fleet: flags that all of its commands have. */

import { resolve } from "node:path";
import { withoutUndefined } from "@tatami/core";
import type { FleetOptions } from "@tatami/fleet";
import type { Switch, ValueFlag } from "../../flags.ts";
import { switchFlag, valueFlag } from "../../flags.ts";
import type { Shell } from "../../shell.ts";

const text = (value: string): string => value;

/** The table. */
export const connectionFlags: {
  readonly redis: ValueFlag<string>;
  readonly name: ValueFlag<string>;
  readonly root: ValueFlag<string>;
  readonly json: Switch;
} = {
  redis: valueFlag(
    "URL",
    "Redis: redis://:PASSWORD@host:6379, or rediss:// over TLS; default $TATAMI_REDIS, which unlike a flag nobody else on the machine can read, else redis://127.0.0.1:6379.",
    text,
  ),
  name: valueFlag("NAME", "Which fleet of several in one Redis; default tatami.", text),
  root: valueFlag(
    "FOLDER",
    "The folder that all machines share, as it lies on this one; default /: the same paths everywhere.",
    text,
  ),
  json: switchFlag("Print JSON on stdout."),
};

/** The package, loaded when it is first needed: it brings BullMQ. */
export function loadFleet(): Promise<typeof import("@tatami/fleet")> {
  return import("@tatami/fleet");
}

/** The fleet that was asked for. */
export function fleetOptions(
  flags: { readonly [K in "redis" | "name" | "root"]: string | undefined },
  { env, cwd }: Shell,
): FleetOptions {
  const root = flags.root && resolve(cwd, flags.root);
  return withoutUndefined({ redis: flags.redis ?? env["TATAMI_REDIS"], fleet: flags.name, root });
}
