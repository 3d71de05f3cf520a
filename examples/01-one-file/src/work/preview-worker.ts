/** The worker that shows what the work would give: frames of one file, enlarged by one network after another. */

import "@tatami/example-parts/disposal-symbols";
import type { MediaReader, Planes } from "@tatami/core";
import { createFrame, scaleSize, TatamiError, throwIfAborted } from "@tatami/core";
import { drawUpright } from "@tatami/example-parts/draw-upright";
import type { JobOutcome } from "@tatami/example-parts/job";
import { outcomeOf } from "@tatami/example-parts/job-outcome";
import { pageDrivers } from "@tatami/example-parts/page-drivers";
import { refuseOtherFiles } from "@tatami/example-parts/file/refuse-other-files";
import { detailedPlaces } from "@tatami/patches";
import { createUpscaler, openMedia, upscaleMoment } from "@tatami/upscale";
import type { OpenedMedia } from "@tatami/upscale";
import { expose, transfer } from "comlink";
import { chooseNetwork } from "./choose-network.ts";
import { createEnlarger } from "./enlarger.ts";
import type { Still } from "./enlarger.ts";
import { openNetwork } from "./networks.ts";
import { turnBack, turnSize } from "./parts.ts";
import type {
  BestStill,
  Choice,
  Detail,
  DetailRequest,
  EnlargedMoment,
  Moment,
  PreviewWorker,
} from "./protocol.ts";

/** Pixels across that a picture has at most: of one that is wider no screen shows all. */
const widest = 4096;

const { signal, stop } = ((): { signal: AbortSignal; stop(): void } => {
  const controller = new AbortController();
  return { signal: controller.signal, stop: () => controller.abort() };
})();
const enlarger = createEnlarger();
let opened: { readonly file: File; readonly media: OpenedMedia } | undefined;
/** What is enlarged, and the time that was asked for. */
let still: (Still & { readonly time: number }) | undefined;
let details = new AbortController();

const worker: PreviewWorker = {
  open: (file) =>
    outcomeOf(async () => {
      await refuseOtherFiles(file);
      opened = { file, media: await openMedia(file, pageDrivers(), { toSdr: true, signal }) };
      return { description: opened.media.reader.description };
    }, signal),
  choose: (scale) => outcomeOf(() => chooseNetwork(theOpened().file, scale, signal), signal),
  moment: (time) => inTurn(async () => withPicture(await outcomeOf(() => show(time), signal))),
  enlarge: (network, strength) => {
    const work = async (): Promise<EnlargedMoment> => {
      if (still === undefined) throw unreadable();
      const { frame, frameMs } = await enlarger.enlarge(still, { network, strength });
      return { picture: await drawUpright(frame, rotation(), widest), frameMs: frameMs! };
    };
    return inTurn(async () => withPicture(await outcomeOf(work, signal)));
  },
  best: (time, network, strength) =>
    inTurn(async () => withPicture(await outcomeOf(() => gather(time, network, strength), signal))),
  detail: (request) => {
    const left = AbortSignal.any([signal, details.signal]);
    return inTurn(async () => withPicture(await outcomeOf(() => showDetail(request, left), left)));
  },
  mostDetailed: (time, side) =>
    inTurn(() =>
      outcomeOf(async () => {
        const { luma } = (await stillAt(time)).planes;
        const size = turnSize(luma, rotation());
        const [place] = detailedPlaces(luma, side, 1);
        return { part: turnBack(place!, -rotation(), size), size };
      }, signal),
    ),
  stopDetails: () => {
    details.abort();
    details = new AbortController();
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

let last: Promise<unknown> = Promise.resolve();

/** One after another: there is one frame that is worked on, and one network that is held open. */
const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
  const next = last.then(work);
  last = next.catch(() => undefined);
  return next;
};

/** Hands the picture of an answer over to the page. */
const withPicture = <T extends { readonly picture: ImageBitmap }>(outcome: JobOutcome<T>): JobOutcome<T> =>
  outcome.kind === "done" ? transfer(outcome, [outcome.picture]) : outcome;

const stillAt = async (time: number): Promise<Still> => {
  if (still?.time === time) return still;
  const { reader } = theOpened().media;
  const found = (await readAt(reader, time)) ?? (await readAt(reader, undefined));
  if (found === undefined) throw unreadable();
  still = { ...found, time };
  return still;
};

const show = async (time: number): Promise<Moment> => {
  const { planes, ...init } = await stillAt(time);
  return {
    picture: await drawUpright(createFrame(planes, init, "preview"), rotation(), widest),
    timestamp: init.timestamp,
  };
};

const gather = async (time: number, network: Choice["network"], strength: number): Promise<BestStill> => {
  await using upscaler = await createUpscaler({ model: () => openNetwork(network), strength, signal });
  const { frame, looked, map } = await upscaleMoment(theOpened().file, {
    model: upscaler,
    at: time,
    codecs: pageDrivers(),
    toSdr: true,
    signal,
  });
  const picture = await drawUpright(frame, rotation());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext("2d")!.drawImage(picture, 0, 0);
  const file = await canvas.convertToBlob({ type: "image/png" });
  const frames = map.regions.map((region) => region.frames).sort((a, b) => a - b);
  const alone = frames.filter((count) => count < 4).length;
  return { picture, file, looked, half: frames[frames.length >> 1]!, alone, regions: frames.length };
};

const showDetail = async (request: DetailRequest, left: AbortSignal): Promise<Detail> => {
  throwIfAborted(left);
  const source = await stillAt(request.time);
  const part = turnBack(request.part, rotation(), source.planes.luma);
  const { frame, ...known } = await enlarger.enlarge(source, { ...request, part, signal: left });
  return { picture: await drawUpright(frame, rotation()), ...known };
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
