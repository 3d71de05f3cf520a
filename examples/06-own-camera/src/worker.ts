/** The worker: reading, degrading, training and judging all happen here. */

import "@tatami/example-parts/disposal-symbols";
import { outcomeOf } from "@tatami/example-parts/job-outcome";
import { pageDrivers } from "@tatami/example-parts/page-drivers";
import {
  cardText,
  compileKernels,
  createBrowserEngine,
  createModelEnlarge,
  evaluate,
  exportModel,
  fineTuneOnFrames,
  foldCheckpoint,
  readVideos,
  softnessNote,
  softnessRemark,
  trainedModel,
} from "@tatami/train/browser";
import { loadModel } from "@tatami/zoo";
import { expose } from "comlink";
import { cutCrops } from "./cut-crops.ts";
import type { TuneRequest, TuneResult, TuneUpdate, TuneWorker } from "./protocol.ts";

let running: { readonly abort: AbortController; readonly enough: AbortController } | undefined;

const worker: TuneWorker = {
  run(request, onUpdate) {
    running = { abort: new AbortController(), enough: new AbortController() };
    const { signal } = running.abort;
    const enough = running.enough.signal;
    const work = async () => ({ result: await tune(request, onUpdate, signal, enough) });
    return outcomeOf(work, signal);
  },
  finish: () => running?.enough.abort(),
  cancel: () => running?.abort.abort(),
};

const tune = async (
  { files, from, minutes, steps, frames }: TuneRequest,
  onUpdate: (update: TuneUpdate) => void,
  signal: AbortSignal,
  enough: AbortSignal,
): Promise<TuneResult> => {
  const compiled = await compileKernels();
  const start = await loadModel(from, { signal });
  const videos = files.map((file) => ({ name: file.name, media: file }));
  const footage = await readVideos(pageDrivers(), videos, 2 * frames, {
    signal,
    onRead: (done, total) => onUpdate({ kind: "reading", done, total }),
  });
  const engine = await createBrowserEngine({ compiled, codec: footage.codec });
  await using _threads = engine.programs;
  const { compression, threads } = engine;
  onUpdate({
    kind: "engine",
    facts: {
      threads,
      build: compiled.build,
      cameraCodec: footage.codec,
      leftOut: footage.leftOut.map(({ name, error }) => `${name} was left out: ${error.message}`),
      ...(compression && { codec: compression.codec, exact: compression.exact }),
    },
  });
  const tuned = await fineTuneOnFrames({
    candidates: footage.candidates,
    from: trainedModel(start).startWeights(),
    engine,
    name: `${from.replace(/-(bicubic|camera)$/, "")}-own-camera`,
    camera: { codec: footage.codec, quantizers: [22, 34] },
    frames,
    minutes,
    ...(steps !== undefined && { steps }),
    signal,
    enough,
    reportEvery: 5,
    scores: 24,
    onFrame: (done, total) => onUpdate({ kind: "degrading", done, total }),
    onProgress: (progress) => onUpdate({ kind: "step", ...progress }),
    onScore: (step, psnr) => onUpdate({ kind: "score", step, psnr }),
  });

  const { checkpoint, heldBackFrames, camera } = tuned;
  const remark = softnessRemark(footage.softness);
  const folded = foldCheckpoint(checkpoint);
  const after = createModelEnlarge(compiled, folded.model);
  const before = createModelEnlarge(compiled, start);
  const rows = evaluate(heldBackFrames, after, start.scale);
  const degraded = compression ? `compressed with ${compression.codec}` : "not compressed";
  const { bytes, card } = await exportModel(
    checkpoint,
    folded,
    { "held-back": rows },
    {
      data: `${tuned.trainedOn} frames of the owner's own footage, ${degraded}, with noise of ${camera.noise.toFixed(1)} levels.`,
      note: `Started from ${from}, which scores ${tuned.psnr.before.toFixed(2)} dB on the frames held back.${softnessNote(footage.softness)}`,
    },
  );
  return {
    name: card.name,
    onnx: Uint8Array.from(bytes),
    card: cardText(card),
    steps: tuned.steps,
    trainedOn: tuned.trainedOn,
    heldBack: tuned.heldBack,
    noise: camera.noise,
    ...(remark !== undefined && { remark }),
    psnr: { ...tuned.psnr, bicubic: rows.at(-1)!.bicubic.psnr },
    crops: cutCrops(heldBackFrames, before, after),
  };
};

expose(worker);
