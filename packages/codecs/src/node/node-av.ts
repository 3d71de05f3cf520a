/** FFmpeg's libraries by way of node-av, an optional peer: loaded once, when something is first opened. */

import { TatamiError } from "@tatami/core";
import type { IRational, Packet } from "node-av";

/** The loaded package. */
export type NodeAv = typeof import("node-av");

let loaded: Promise<NodeAv> | undefined;

/** @throws TatamiError `missing-package` when node-av is not installed. */
export function loadNodeAv(): Promise<NodeAv> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<NodeAv> {
  try {
    const nodeAv = await import("node-av");
    // What goes wrong is thrown; the terminal is the user's.
    nodeAv.Log.setLevel(nodeAv.AV_LOG_QUIET);
    return nodeAv;
  } catch (error) {
    throw new TatamiError({
      code: "missing-package",
      message: "Reading and writing video in Node needs node-av, which cannot be loaded.",
      fix: "Run npm install node-av in your project.",
      detail: { package: "node-av" },
      cause: error,
    });
  }
}

/** Seconds of a time in ticks. */
export function secondsOf(ticks: bigint, { num, den }: IRational): number {
  return (Number(ticks) * num) / den;
}

/** Ticks nearest to a time in seconds. */
export function ticksOf(seconds: number, { num, den }: IRational): bigint {
  return BigInt(Math.round((seconds * den) / num));
}

/** A packet's time in seconds: when it is shown, else when it is decoded; nothing where it says neither. */
export function packetTime(nodeAv: NodeAv, packet: Packet, timeBase: IRational): number | undefined {
  const ticks = packet.pts === nodeAv.AV_NOPTS_VALUE ? packet.dts : packet.pts;
  return ticks === nodeAv.AV_NOPTS_VALUE ? undefined : secondsOf(ticks, timeBase);
}

/** An empty packet, to be freed. */
export function allocatePacket(nodeAv: NodeAv): Packet {
  const packet = new nodeAv.Packet();
  packet.alloc();
  return packet;
}
