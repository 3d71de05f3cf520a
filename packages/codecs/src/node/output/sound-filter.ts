/** Sound brought into the form an encoder takes: rate, channels, format, samples a frame. */

import type { Frame, IRational } from "node-av";
import type { NodeAv } from "../node-av.ts";
import type { FilterChain } from "../pictures/filter-chain.ts";
import { openFilterChain } from "../pictures/filter-chain.ts";
import type { SoundEncoding } from "./sound-encoder.ts";

/** Seconds of a gap that are filled with silence; longer ones are left out, their times telling of them. */
const longestSilence = 10;

/** Takes frames of sound and gives others, their times counted in samples. */
export interface SoundFilter extends Disposable {
  /** Takes a frame over, or `null` at the end; what comes out is the caller's to free. */
  push(frame: Frame | null): Promise<readonly Frame[]>;
}

/** @param timeBase seconds a tick of the frames that will come. */
export function createSoundFilter(nodeAv: NodeAv, plan: SoundEncoding, timeBase: IRational): SoundFilter {
  let chain: FilterChain | undefined;
  let key = "";
  /** Seconds at which the last frame ended. */
  let last: number | undefined;
  const close = (): void => {
    chain?.[Symbol.dispose]();
    chain = undefined;
  };
  const finish = async (): Promise<readonly Frame[]> => {
    const rest = chain ? await chain.push(null) : [];
    close();
    return rest;
  };
  return {
    push: async (frame) => {
      if (!frame) return finish();
      const wanted = `${frame.sampleRate} ${frame.format} ${frame.channels}`;
      // Where the container gives no time the decoder's best guess stands in.
      frame.pts = frame.bestEffortTimestamp;
      const isTimed = frame.pts !== nodeAv.AV_NOPTS_VALUE;
      const start: number = isTimed ? (Number(frame.pts) * timeBase.num) / timeBase.den : (last ?? 0);
      const isFar = last !== undefined && start - last > longestSilence;
      const before = wanted === key && !isFar ? [] : await finish();
      key = wanted;
      last = start + frame.nbSamples / frame.sampleRate;
      chain ??= await openChain(nodeAv, frame, plan, timeBase);
      return [...before, ...(await chain.push(frame))];
    },
    [Symbol.dispose]: close,
  };
}

function openChain(
  nodeAv: NodeAv,
  frame: Frame,
  plan: SoundEncoding,
  timeBase: IRational,
): Promise<FilterChain> {
  const format = nodeAv.avGetSampleFmtName(frame.format as Parameters<NodeAv["avGetSampleFmtName"]>[0]);
  const source = [
    `time_base=${timeBase.num}/${timeBase.den}`,
    `sample_rate=${frame.sampleRate}`,
    `sample_fmt=${format ?? ""}`,
    `channel_layout=${layoutOf(nodeAv, frame)}`,
  ];
  const wanted = [
    `sample_fmts=${plan.sampleFormat}`,
    `sample_rates=${plan.sampleRate}`,
    `channel_layouts=${plan.layout}`,
  ];
  return openFilterChain(nodeAv, [
    ["abuffer", source],
    // Fills gaps with silence and cuts overlaps, so that sound stays with its pictures.
    ["aresample", [String(plan.sampleRate), "async=1"]],
    ["aformat", wanted],
    ...(plan.frameSize > 0 ? [["asetnsamples", [`n=${plan.frameSize}`, "p=0"]] as const] : []),
    ["abuffersink", []],
  ]);
}

/** Old files state how many channels there are and not which: then the usual ones are meant. */
function layoutOf(nodeAv: NodeAv, frame: Frame): string {
  const stated = frame.channelLayout;
  const layout = stated.mask > 0n ? stated : nodeAv.avChannelLayoutDefault(frame.channels);
  return nodeAv.avChannelLayoutDescribe(layout) ?? "mono";
}
