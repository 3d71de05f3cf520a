/** Sound brought into the form an encoder takes: rate, channels, format, samples a frame. */

import type { Frame, IRational } from "node-av";
import type { NodeAv } from "../../node-av.ts";
import type { FilterChain } from "../../pictures/filter-chain.ts";
import { openFilterChain } from "../../pictures/filter-chain.ts";
import type { SoundEncoding } from "./sound-encoder.ts";

/** Seconds of a gap that are filled with silence; longer ones are left out, their times telling of them. */
const longestSilence = 10;

/** Takes frames of sound and gives others, their times counted in samples. */
export interface SoundFilter extends Disposable {
  /** Takes a frame over, or `null` at the end; what comes out is the caller's to free. */
  push(frame: Frame | null): Promise<readonly Frame[]>;
}

/** Seconds by which sound may be off its time before it is put right: more than any container's rounding. */
const usualTolerance = 0.1;

/**
 * Two chains: one brings frames into the encoder's form, and is another one where their own form changes; one fills gaps, cuts
 * overlaps and makes packets' numbers of samples, and goes on whatever changes, since an encoder takes a shorter frame at
 * the very end only.
 *
 * @param timeBase seconds a tick of the frames that will come.
 * @param tolerance seconds by which sound may be off its time. @defaultValue 0.1
 */
export function createSoundFilter(
  nodeAv: NodeAv,
  plan: SoundEncoding,
  timeBase: IRational,
  tolerance: number = usualTolerance,
): SoundFilter {
  let form: FilterChain | undefined;
  let times: FilterChain | undefined;
  let key = "";
  /** Seconds at which the last frame ended. */
  let last: number | undefined;
  const into = async (frames: readonly Frame[]): Promise<readonly Frame[]> => {
    const out: Frame[] = [];
    for (const frame of frames) {
      times ??= await openTimes(nodeAv, frame, plan, tolerance);
      out.push(...(await times.push(frame)));
    }
    return out;
  };
  const endForm = async (): Promise<readonly Frame[]> => {
    const rest = form ? await form.push(null) : [];
    form?.[Symbol.dispose]();
    form = undefined;
    return into(rest);
  };
  const endTimes = async (): Promise<readonly Frame[]> => {
    const rest = times ? await times.push(null) : [];
    times?.[Symbol.dispose]();
    times = undefined;
    return rest;
  };
  return {
    push: async (frame) => {
      if (!frame) return [...(await endForm()), ...(await endTimes())];
      const wanted = `${frame.sampleRate} ${frame.format} ${frame.channels}`;
      // Where the container gives no time the decoder's best guess stands in.
      frame.pts = frame.bestEffortTimestamp;
      const isTimed = frame.pts !== nodeAv.AV_NOPTS_VALUE;
      const start: number = isTimed ? (Number(frame.pts) * timeBase.num) / timeBase.den : (last ?? 0);
      const isFar = last !== undefined && start - last > longestSilence;
      const before = [
        ...(wanted === key && !isFar ? [] : await endForm()),
        ...(isFar ? padded(nodeAv, await endTimes(), plan.frameSize) : []),
      ];
      key = wanted;
      last = start + frame.nbSamples / frame.sampleRate;
      form ??= await openForm(nodeAv, frame, plan, timeBase);
      return [...before, ...(await into(await form.push(frame)))];
    },
    [Symbol.dispose]: () => {
      form?.[Symbol.dispose]();
      times?.[Symbol.dispose]();
    },
  };
}

function openForm(
  nodeAv: NodeAv,
  frame: Frame,
  plan: SoundEncoding,
  timeBase: IRational,
): Promise<FilterChain> {
  const wanted = [
    `sample_fmts=${plan.sampleFormat}`,
    `sample_rates=${plan.sampleRate}`,
    `channel_layouts=${plan.layout}`,
  ];
  return openFilterChain(nodeAv, [
    ["abuffer", sourceOf(nodeAv, frame, timeBase)],
    ["aresample", [String(plan.sampleRate)]],
    ["aformat", wanted],
    ["abuffersink", []],
  ]);
}

function openTimes(
  nodeAv: NodeAv,
  frame: Frame,
  plan: SoundEncoding,
  tolerance: number,
): Promise<FilterChain> {
  return openFilterChain(nodeAv, [
    ["abuffer", sourceOf(nodeAv, frame, { num: 1, den: plan.sampleRate })],
    // Fills gaps with silence and cuts overlaps, so that sound stays with its pictures.
    ["aresample", [String(plan.sampleRate), "async=1", `min_hard_comp=${tolerance}`]],
    ...(plan.frameSize > 0 ? [["asetnsamples", [`n=${plan.frameSize}`, "p=0"]] as const] : []),
    ["abuffersink", []],
  ]);
}

function sourceOf(nodeAv: NodeAv, frame: Frame, { num, den }: IRational): readonly string[] {
  const format = nodeAv.avGetSampleFmtName(frame.format as Parameters<NodeAv["avGetSampleFmtName"]>[0]);
  return [
    `time_base=${num}/${den}`,
    `sample_rate=${frame.sampleRate}`,
    `sample_fmt=${format ?? ""}`,
    `channel_layout=${layoutOf(nodeAv, frame)}`,
  ];
}

/** The last frame before a gap at the length that an encoder wants of all but the very last: silence follows anyway. */
function padded(nodeAv: NodeAv, frames: readonly Frame[], frameSize: number): readonly Frame[] {
  const short = frames.at(-1);
  if (!short || frameSize === 0 || short.nbSamples === frameSize) return frames;
  const whole = new nodeAv.Frame();
  whole.alloc();
  whole.format = short.format;
  whole.nbSamples = frameSize;
  whole.sampleRate = short.sampleRate;
  whole.channelLayout = short.channelLayout;
  nodeAv.FFmpegError.throwIfError(whole.allocBuffer(), "Allocating sound");
  whole.pts = short.pts;
  whole.timeBase = short.timeBase;
  const used = short.nbSamples / frameSize;
  for (const [plane, data] of (whole.data ?? []).entries()) {
    const samples = Math.round(used * data.length);
    data.fill(0);
    data.set(short.data![plane]!.subarray(0, samples));
  }
  short.free();
  return [...frames.slice(0, -1), whole];
}

/** Old files state how many channels there are and not which: then the usual ones are meant. */
function layoutOf(nodeAv: NodeAv, frame: Frame): string {
  const stated = frame.channelLayout;
  const layout = stated.mask > 0n ? stated : nodeAv.avChannelLayoutDefault(frame.channels);
  return nodeAv.avChannelLayoutDescribe(layout) ?? "mono";
}
