/** Everything but the picture, put into the output abreast of it: copied packet by packet, or encoded anew. */

import type { WritePlan } from "./plan-write.ts";
import type { Changed, LeftOut } from "@tatami/core";
import { throwIfAborted } from "@tatami/core";
import type { Packet } from "node-av";
import type { Demuxer } from "../input/packets/demuxer.ts";
import type { Reading } from "../input/media.ts";

import type { Muxer } from "./mux.ts";

import { addFile } from "./add-file.ts";
import type { CopyRange, Lane } from "./lane.ts";
import { openLane, tellDamage } from "./lane.ts";

/** Seconds that packets of one time may lie apart in a file. */
const slack = 10;

/** Copies streams. Dispose of it. */
export interface StreamCopier extends AsyncDisposable {
  /** Adds the tracks to the muxer; call before it begins. */
  addTracks(muxer: Muxer): Promise<void>;
  /** What is no stream of packets, such as covers: once the muxer has begun. */
  begin(): Promise<void>;
  /** Puts into the output what is shown until then; all of it for Infinity. */
  copyUntil(seconds: number): Promise<void>;
  /** What turned out while copying. */
  readonly changed: readonly Changed[];
  readonly leftOut: readonly LeftOut[];
}

/** Opens what the streams are read from. Of an input that is read once its packets wait for this already. */
export async function createStreamCopier(plan: WritePlan, range: CopyRange): Promise<StreamCopier> {
  const { media } = plan;
  const feeds = plan.streams.filter(({ how }) => how === "copy" || how === "encode");
  const indexes = feeds.map(({ stream }) => stream.index);
  const reading = indexes.length > 0 ? await media.access.read(indexes, range.signal) : undefined;
  const lanes = new Map<number, Lane>();
  let begin: () => Promise<void> = async () => undefined;
  let waiting: { readonly packet: Packet; readonly lane: Lane; readonly time: number } | undefined;
  let ended = false;
  /** Those of which a packet beyond the end was seen. */
  const past = new Set<Lane>();
  if (reading?.own && range.start > 0) await reading.demuxer.seek(indexes[0]!, range.start);

  const copyOwn = async ({ demuxer }: Reading, until: number): Promise<void> => {
    while (!ended) {
      throwIfAborted(range.signal);
      if (!waiting) {
        const packet = await demuxer.nextOfAny(range.signal);
        const lane = packet && lanes.get(packet.streamIndex);
        if (!packet || !lane) {
          ended = true;
          tellEnd(demuxer, lanes, range);
          break;
        }
        waiting = { packet, lane, time: lane.timeOf(packet) };
      }
      if (waiting.time > until) return;
      const { packet, lane, time } = waiting;
      waiting = undefined;
      if (time >= range.end) past.add(lane);
      // all that is wanted was read; what is badly interleaved may lie some seconds further on
      if (past.size === lanes.size || time >= range.end + slack) ended = true;
      await lane.put(packet);
    }
  };
  const copyShared = async ({ demuxer }: Reading, until: number): Promise<void> => {
    for (const [index, lane] of lanes) {
      for (;;) {
        // Beyond the picture's end only sound is waited for, which surely comes; what is live has no other end.
        const isWaitedFor = until === Infinity && (lane.isDense || range.end === Infinity) && !past.has(lane);
        const packet = isWaitedFor ? await demuxer.next(index, range.signal) : demuxer.take(index);
        if (!packet) break;
        if (lane.timeOf(packet) >= range.end) past.add(lane);
        await lane.put(packet);
      }
    }
  };
  return {
    addTracks: async (muxer) => {
      const begins: (() => Promise<void>)[] = [];
      for (const each of plan.streams) {
        if (each.how === "copy" || each.how === "encode")
          lanes.set(each.stream.index, await openLane(plan, each, reading!.demuxer, muxer, range));
        else if (each.how !== "timecode") begins.push(addFile(plan, each.stream, each.how, muxer));
      }
      begin = async () => {
        for (const each of begins) await each();
      };
    },
    begin: () => begin(),
    copyUntil: async (seconds) => {
      if (!reading) return;
      await (reading.own ? copyOwn(reading, seconds) : copyShared(reading, seconds));
      if (seconds === Infinity) for (const lane of lanes.values()) await lane.finish();
    },
    get changed() {
      return [...lanes.values()].flatMap((lane) => lane.changed);
    },
    get leftOut() {
      return [...lanes.values()].flatMap((lane) => lane.leftOut);
    },
    [Symbol.asyncDispose]: async () => {
      waiting?.packet.free();
      waiting = undefined;
      for (const lane of lanes.values()) lane[Symbol.dispose]();
      await reading?.[Symbol.asyncDispose]();
    },
  };
}

/** What lies beside the picture may break off where the picture does not. */
function tellEnd({ failure }: Demuxer, lanes: ReadonlyMap<number, Lane>, range: CopyRange): void {
  if (failure === undefined) return;
  const [index, lane] = [...lanes].toSorted(([, a], [, b]) => a.seconds - b.seconds)[0] ?? [];
  if (index === undefined || !lane) return;
  tellDamage(range, index, lane.seconds, failure);
}
