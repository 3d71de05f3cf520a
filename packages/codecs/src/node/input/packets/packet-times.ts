/** Packets' times, moved as a whole: to begin at 0, to go on after a break, to pass a clock that was set back. */

import type { Packet } from "node-av";
import type { NodeAv } from "../../node-av.ts";
import { secondsOf, ticksOf } from "../../node-av.ts";
import type { InputStream } from "../input-streams.ts";

/** Seconds by which a clock must go back before it counts as set back: pictures are reordered by less. */
const setBack = 1;

/** Seconds by which a time must lie ahead, or outside of what the stream states, before it counts as wrong. */
const setForward = 10;

/** Seconds at which a packet begins, in its stream's own time, or nothing where it does not say. */
export function startOf(nodeAv: NodeAv, packet: Packet, { timeBase }: InputStream): number | undefined {
  const ticks = packet.dts === nodeAv.AV_NOPTS_VALUE ? packet.pts : packet.dts;
  return ticks === nodeAv.AV_NOPTS_VALUE ? undefined : secondsOf(ticks, timeBase);
}

/** Moves a packet's times. */
export function movePacket(
  nodeAv: NodeAv,
  packet: Packet,
  { timeBase }: Pick<InputStream, "timeBase">,
  seconds: number,
): void {
  const ticks = ticksOf(seconds, timeBase);
  if (ticks === 0n) return;
  if (packet.pts !== nodeAv.AV_NOPTS_VALUE) packet.pts += ticks;
  if (packet.dts !== nodeAv.AV_NOPTS_VALUE) packet.dts += ticks;
}

/** A place where an input's clock jumped, and its times were made to go on. */
export interface Leap {
  /** Seconds, as timestamps are counted. */
  readonly seconds: number;
  /** Seconds it jumped: below 0 where it was set back. */
  readonly by: number;
}

/** Keeps the times of an input's packets going forward. */
export interface PacketClock {
  /** Seconds at which the latest packet so far ends. */
  readonly end: number;
  /** Moves the packet where an earlier one of its stream shows that the clock was set back. */
  place(packet: Packet, stream: InputStream): void;
  /** Forgets what was read, after the input was sent elsewhere. */
  reset(): void;
}

/**
 * Makes the clock; what it moves it moves for all streams, so that sound stays with its pictures.
 *
 * @param onLeap told of every jump that is taken back.
 * @param leaps whether the container's clock may leap at any time (transport streams): then leaps forward are taken
 * back too. In others a time far outside of what the stream states is an error, and taken for none.
 */
export function createPacketClock(
  nodeAv: NodeAv,
  leaps: boolean,
  onLeap: (leap: Leap) => void = () => undefined,
): PacketClock {
  const lasts = new Map<number, number>();
  let end = 0;
  let offset = 0;
  return {
    get end() {
      return end;
    },
    place: (packet, stream) => {
      const start = startOf(nodeAv, packet, stream);
      if (start === undefined) return;
      if (!leaps && isOutside(start, stream)) {
        packet.pts = nodeAv.AV_NOPTS_VALUE;
        packet.dts = nodeAv.AV_NOPTS_VALUE;
        return;
      }
      const last = lasts.get(stream.index);
      const duration = (Number(packet.duration) * stream.timeBase.num) / stream.timeBase.den;
      const step = last === undefined ? 0 : start + offset - last;
      if (step < -setBack || (leaps && step > setForward)) {
        onLeap({ seconds: (last ?? 0) + duration, by: step - duration });
        offset += duration - step;
      }
      lasts.set(stream.index, start + offset);
      movePacket(nodeAv, packet, stream, offset);
      const ticks = packet.pts === nodeAv.AV_NOPTS_VALUE ? packet.dts : packet.pts;
      end = Math.max(end, (Number(ticks) * stream.timeBase.num) / stream.timeBase.den + duration);
    },
    reset: () => {
      lasts.clear();
      offset = 0;
    },
  };
}

function isOutside(seconds: number, { start, duration }: InputStream): boolean {
  if (duration === null) return false;
  const begin = start ?? 0;
  return seconds < begin - setForward || seconds > begin + duration + setForward;
}
