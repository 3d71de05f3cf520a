/** Pictures made readable: whole ones of interlaced ones, and formats nobody here reads turned into near ones. */

import type { Frame } from "node-av";
import type { NodeAv } from "../node-av.ts";
import type { FilterChain } from "./filter-chain.ts";
import { openFilterChain } from "./filter-chain.ts";
import { pixelFormatOf, readableFormats } from "./pixel-formats.ts";

/** Takes pictures and gives as many, in order; with a delay of one where they are interlaced. */
export interface PictureFilter extends Disposable {
  /** Takes a picture over; what comes out is the caller's to free. */
  push(frame: Frame): Promise<readonly Frame[]>;
  /** What is still inside, at the end. */
  flush(): Promise<readonly Frame[]>;
}

/** @param deinterlace whether pictures flagged as interlaced are made whole (bwdif, one picture for each). */
export function createPictureFilter(nodeAv: NodeAv, deinterlace: boolean): PictureFilter {
  let chain: FilterChain | undefined;
  let key = "";
  let count = 0n;
  /** Once a picture was interlaced the filter stays: it passes whole pictures on as they are. */
  let seenInterlaced = false;

  const close = (): void => {
    chain?.[Symbol.dispose]();
    chain = undefined;
  };
  const flush = async (): Promise<readonly Frame[]> => {
    const rest = chain ? await chain.push(null) : [];
    close();
    return rest;
  };
  return {
    push: async (frame) => {
      seenInterlaced ||= deinterlace && frame.hasFlags(nodeAv.AV_FRAME_FLAG_INTERLACED);
      const format = pixelFormatOf(nodeAv, frame);
      const wanted = `${seenInterlaced} ${format} ${frame.width} ${frame.height}`;
      const before = wanted === key ? [] : await flush();
      key = wanted;
      if (!seenInterlaced && readableFormats.includes(format)) return [...before, frame];
      chain ??= await openChain(nodeAv, frame, seenInterlaced);
      frame.pts = count;
      count += 1n;
      return [...before, ...(await chain.push(frame))];
    },
    flush,
    [Symbol.dispose]: close,
  };
}

function openChain(nodeAv: NodeAv, frame: Frame, deinterlace: boolean): Promise<FilterChain> {
  const { num, den } = frame.sampleAspectRatio;
  const source = [
    `video_size=${frame.width}x${frame.height}`,
    `pix_fmt=${frame.format}`,
    // only the order matters: times are kept aside
    "time_base=1/25",
    `pixel_aspect=${num}/${Math.max(den, 1)}`,
    `colorspace=${frame.colorSpace}`,
    `range=${frame.colorRange}`,
  ];
  return openFilterChain(nodeAv, [
    ["buffer", source],
    ...(deinterlace ? [["bwdif", ["mode=send_frame", "parity=auto", "deint=interlaced"]] as const] : []),
    ["format", [`pix_fmts=${readableFormats.join("|")}`]],
    ["buffersink", []],
  ]);
}
