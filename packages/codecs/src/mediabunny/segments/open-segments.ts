/** An output that is written in segments, which are kept in the browser's storage for the site until they are joined. */

import type {
  Encoding,
  Frame,
  Segment,
  SegmentNotes,
  SegmentWriter,
  SegmentedInit,
  SegmentedOutput,
  Written,
} from "@tatami/core";
import { invalidOption, sha256Of, TatamiError, throwIfAborted } from "@tatami/core";
import { EncodedVideoPacketSource, MkvOutputFormat, NullTarget, Output } from "mediabunny";
import { checkSize } from "../../driver/check-writing.ts";
import { explainWriteError } from "../../driver/explain-error.ts";
import { createOutputLife } from "../../driver/output-life.ts";
import { resolveRead } from "../../driver/resolve-read.ts";
import type { OpenedMedia } from "../input/opened-media.ts";
import { findOpenedMedia } from "../input/opened-media.ts";
import { createVideoTrack, trackMetadata } from "../output/video/encode-video.ts";
import { planWrite } from "../output/plan-write.ts";
import type { WritePlan } from "../output/plan-write.ts";
import { beginWriting, shiftOf, videoIndexOf } from "../output/write.ts";
import { cutAtKeyFrames } from "./find-cuts.ts";
import { checkPart, createPart, readPart } from "./part-file.ts";
import type { PartSummary } from "./part-file.ts";
import { openPartStore } from "./part-store.ts";
import type { Manifest, PartStore } from "./part-store.ts";

/** Bytes of either end that are hashed: a container's header or index lies in one of them. */
const endBytes = 2 ** 16;

/**
 * See {@link CodecDriver.openSegments}. The folder is named by all that the result depends on, so that what another job left
 * stays for that one.
 */
export async function openSegments(init: SegmentedInit): Promise<SegmentedOutput> {
  const range = resolveRead(init.read ?? {});
  throwIfAborted(range.signal);
  const media = findOpenedMedia(init.reader);
  if (!media) throw notRead();
  const plan = await planWrite(init);
  const depends = { input: await identify(media), ...dependsOn(plan, init), ...init.depends };
  const id = (await sha256Of(new TextEncoder().encode(JSON.stringify(depends)))).slice(0, 32);
  const store = await openPartStore(id);
  try {
    const before = await store.manifest();
    const segments = before?.segments ?? (await cutAtKeyFrames(media, range, init.shortest));
    if (!before) await store.writeManifest({ depends, segments, ...nameOf(media) });
    const { kept, spoilt } = await checkParts(store, segments);
    return createOutput({ init, plan, store, segments, kept, spoilt });
  } catch (error) {
    await store.leave((await store.manifest()) !== undefined);
    throw error;
  }
}

/** What an output in segments is made from. */
interface OutputInit {
  readonly init: SegmentedInit;
  readonly plan: WritePlan;
  readonly store: PartStore;
  readonly segments: readonly Segment[];
  readonly kept: Map<number, PartSummary>;
  readonly spoilt: number;
}

function createOutput({ init, plan, store, segments, kept, spoilt }: OutputInit): SegmentedOutput {
  let encoding: Encoding = plan.encoding;
  let keeps = true;
  return {
    folder: store.name,
    segments,
    kept,
    spoilt,
    get encoding() {
      return encoding;
    },
    write: (segment) =>
      createSegmentWriter({ init, plan, store }, segment, (summary) => void kept.set(segment.index, summary)),
    join: async () => {
      const joined = await joinParts(init, store, segments, kept);
      encoding = joined.encoding;
      keeps = false;
      return joined.written;
    },
    discard: async () => void (keeps = false),
    [Symbol.asyncDispose]: () => store.leave(keeps && kept.size > 0),
  };
}

async function checkParts(
  store: PartStore,
  segments: readonly Segment[],
): Promise<Pick<OutputInit, "kept" | "spoilt">> {
  const kept = new Map<number, PartSummary>();
  let spoilt = 0;
  for (const { index } of segments) {
    const part = await store.read(index);
    const summary = part && (await checkPart(part));
    if (summary) kept.set(index, summary);
    else if (part) {
      spoilt++;
      await store.remove(index);
    }
  }
  return { kept, spoilt };
}

/** Encodes the frames of a segment, each segment with an encoder of its own. */
async function createSegmentWriter(
  { init, plan, store }: Pick<OutputInit, "init" | "plan" | "store">,
  { index }: Segment,
  onFinished: (summary: PartSummary) => void,
): Promise<SegmentWriter> {
  const signal = init.read?.signal;
  const shift = shiftOf(init);
  const part = createPart();
  // packets are what is wanted; Matroska is the container that holds whatever is encoded
  const output = new Output({ format: new MkvOutputFormat({ appendOnly: true }), target: new NullTarget() });
  const video = createVideoTrack(output, init, plan, videoIndexOf(init.reader), part.add);
  let frames = 0;
  let isFinal = false;
  const life = createOutputLife(signal, {
    // nothing waits for a place: a part is in memory until it is whole
    settle: () => Promise.resolve(),
    release: async () => {
      if (!isFinal) await output.cancel();
    },
    discard: () => Promise.resolve(),
    explain: (error) => explainWriteError(error, store.name, false),
  });
  await life.guarded(() => output.start());
  return {
    write: async (frame: Frame) => {
      try {
        await life.guarded(async () => {
          checkSize(frame, init);
          await video.add(frame, frame.timestamp - shift);
          frames++;
        });
      } finally {
        frame.close();
      }
    },
    finish: (notes: SegmentNotes) =>
      life.guarded(async () => {
        isFinal = true;
        await output.finalize();
        const color = video.color();
        const { bytes, summary } = await part.build({ ...notes, frames, ...(color && { color }) });
        await store.write(index, bytes);
        life.finished();
        onFinished(summary);
      }),
    cancel: () => life.cancel(),
    [Symbol.asyncDispose]: () => life.cancel(),
  };
}

async function joinParts(
  init: SegmentedInit,
  store: PartStore,
  segments: readonly Segment[],
  kept: ReadonlyMap<number, PartSummary>,
): Promise<{ readonly written: Written; readonly encoding: Encoding }> {
  const missing = segments.find(({ index }) => !kept.has(index));
  if (missing) throw isMissing(missing);
  const color = segments.map(({ index }) => kept.get(index)!.color).find((stated) => stated !== undefined);
  const { encoding, video, shift, guarded, copySound, finish, cancel } = await beginWriting(
    init,
    ({ output, plan, videoIndex }) => {
      const source = new EncodedVideoPacketSource(plan.encoding.codec);
      output.addVideoTrack(source, trackMetadata(init, plan, videoIndex));
      return { source, color: () => color };
    },
  );
  try {
    return await guarded(async () => {
      let frames = 0;
      for (const { index } of segments) {
        const part = await store.read(index);
        if (!part) throw isMissing({ index });
        for await (const [packet, meta] of readPart(part)) {
          throwIfAborted(init.read?.signal);
          await video.source.add(packet, meta);
          await copySound(packet.timestamp + shift);
        }
        frames += kept.get(index)!.frames;
      }
      return { written: await finish(frames), encoding };
    });
  } finally {
    await cancel();
  }
}

/** What tells an input from another, or from itself when it was changed. @throws TatamiError `invalid-option` for what is no file */
async function identify({ source }: OpenedMedia): Promise<string> {
  if (!(source instanceof Blob)) {
    throw invalidOption(
      "options.resume",
      "left out for inputs that are no Blob or File",
      source,
      "Pass the File itself, which can be found again unchanged, or leave resume out (--resume).",
    );
  }
  const { size } = source;
  const ends = new Blob([source.slice(0, endBytes), source.slice(Math.max(0, size - endBytes))]);
  const hash = await sha256Of(new Uint8Array(await ends.arrayBuffer()));
  const changed = "lastModified" in source ? `, changed at ${String(source.lastModified)}` : "";
  return `${size} bytes${changed}, sha256 ${hash}`;
}

function nameOf({ source }: OpenedMedia): Pick<Manifest, "input"> {
  return source instanceof Blob && "name" in source ? { input: String(source.name) } : {};
}

/** What parts depend on that only the driver knows: another browser's encoder writes another stream. */
function dependsOn({ encoding, keepAlpha }: WritePlan, { size }: SegmentedInit): Record<string, string> {
  return {
    codec: encoding.codec,
    container: encoding.container,
    bitrate: String(encoding.bitrate),
    transparency: String(keepAlpha),
    size: `${size.width}×${size.height}`,
    browser: globalThis.navigator?.userAgent ?? "none",
  };
}

function isMissing({ index }: Segment): TatamiError<"internal"> {
  return new TatamiError({
    code: "internal",
    message: `Segment ${index} is missing, so the output cannot be joined.`,
    fix: "Write every segment before joining.",
  });
}

function notRead(): TatamiError<"unsupported-environment"> {
  return new TatamiError({
    code: "unsupported-environment",
    message: "A job can be kept here only where mediabunny reads its input, and another driver does.",
    fix: "Leave resume out, or convert the file to MP4, MKV or WebM first.",
  });
}
