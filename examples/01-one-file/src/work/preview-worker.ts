/** The worker that shows what the work would give: frames of one file, enlarged by one network after another. */

import "@tatami/example-parts/disposal-symbols";
import type { MediaReader, Planes } from "@tatami/core";
import { createFrame, scaleSize, TatamiError } from "@tatami/core";
import { drawUpright } from "@tatami/example-parts/draw-upright";
import { outcomeOf } from "@tatami/example-parts/job-outcome";
import { pageDrivers } from "@tatami/example-parts/page-drivers";
import { refuseOtherFiles } from "@tatami/example-parts/refuse-other-files";
import { openMedia, type OpenedMedia } from "@tatami/upscale";
import { expose, transfer } from "comlink";
import { chooseNetwork } from "./choose-network.ts";
import { createEnlarger, type Still } from "./enlarger.ts";
import { openNetwork } from "./networks.ts";
import type { EnlargedMoment, Moment, PreviewWorker } from "./protocol.ts";

/** Pixels across that a picture has at most: of one that is wider no screen shows all. */
const widest = 4096;

const { signal, stop } = ((): { signal: AbortSignal; stop(): void } => {
  const controller = new AbortController();
  return { signal: controller.signal, stop: () => controller.abort() };
})();
const enlarger = createEnlarger();
let opened: { readonly file: File; readonly media: OpenedMedia } | undefined;
let still: Still | undefined;

const worker: PreviewWorker = {
  open: (file) =>
    outcomeOf(async () => {
      await refuseOtherFiles(file);
      opened = { file, media: await openMedia(file, pageDrivers(), { toSdr: true, signal }) };
      return { description: opened.media.reader.description };
    }, signal),
  choose: (scale) => outcomeOf(() => chooseNetwork(theOpened().file, scale, signal), signal),
  moment: async (time) => {
    const outcome = await outcomeOf(() => show(time), signal);
    return outcome.kind === "done" ? transfer(outcome, [outcome.picture]) : outcome;
  },
  enlarge: async (network, strength) => {
    const work = async (): Promise<EnlargedMoment> => {
      if (still === undefined) throw unreadable();
      const { frame, frameMs } = await enlarger.enlarge(still, network, strength);
      return { picture: await drawUpright(frame, rotation(), widest), frameMs };
    };
    const outcome = await outcomeOf(work, signal);
    return outcome.kind === "done" ? transfer(outcome, [outcome.picture]) : outcome;
  },
  know: (network) =>
    outcomeOf(async () => {
      const { name, scale } = await openNetwork(network);
      return { name, scale };
    }, signal),
  plan: ({ scale, quality, codec, ...read }) =>
    outcomeOf(async () => {
      const { driver, reader } = theOpened().media;
      const size = scaleSize(reader.description.video, scale);
      const encode = { quality, ...(codec === undefined ? {} : { codec }) };
      const { bitrate } = await driver.planWrite({ reader, size, encode, read });
      return { bitrate };
    }, signal),
  cancel: stop,
};

const theOpened = (): NonNullable<typeof opened> => {
  if (opened === undefined) throw new Error("No file is open.");
  return opened;
};

const rotation = (): number => theOpened().media.reader.description.video.rotation;

const show = async (time: number): Promise<Moment> => {
  const { reader } = theOpened().media;
  const found = (await readAt(reader, time)) ?? (await readAt(reader, undefined));
  if (found === undefined) throw unreadable();
  still = found;
  const { planes, ...init } = found;
  return {
    picture: await drawUpright(createFrame(planes, init, "preview"), rotation(), widest),
    timestamp: found.timestamp,
  };
};

/** The frame that is seen at a time, copied, so that no decoder waits for it. */
const readAt = async (reader: MediaReader, time: number | undefined): Promise<Still | undefined> => {
  const { frameRate } = reader.description.video;
  const start = time === undefined ? {} : { start: Math.max(0, time - 0.5 / (frameRate ?? 25)) };
  for await (const frame of reader.frames({ ...start, signal, onDamaged: () => undefined }))
    try {
      const { timestamp, color } = frame;
      return { planes: copyPlanes(await frame.planes()), timestamp, color };
    } finally {
      frame.close();
    }
  return undefined;
};

const copyPlanes = ({ luma, chroma, alpha }: Planes): Planes => {
  const copy = (plane: Planes["luma"]): Planes["luma"] => ({ ...plane, data: plane.data.slice() });
  return {
    luma: copy(luma),
    chroma: [copy(chroma[0]), copy(chroma[1])],
    ...(alpha === undefined ? {} : { alpha: copy(alpha) }),
  };
};

const unreadable = (): TatamiError =>
  new TatamiError({
    code: "damaged-input",
    message: "No picture of this video can be shown beforehand.",
    fix: "Choose another moment.",
  });

expose(worker);
