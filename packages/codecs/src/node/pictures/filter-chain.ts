/** A chain of FFmpeg's filters, from a source to a sink. */

import type { FilterContext, Frame } from "node-av";
import type { NodeAv } from "../node-av.ts";

/** One filter and its options, each `name=value` in FFmpeg's words. */
export type FilterStep = readonly [name: string, options: readonly string[]];

/** An open chain. */
export interface FilterChain extends Disposable {
  /** Takes a frame over, or `null` at the end. @returns what came out, the caller's to free. */
  push(frame: Frame | null): Promise<Frame[]>;
}

/** Joins filters one after the other; the first is a source (`buffer`, `abuffer`), the last a sink. */
export async function openFilterChain(nodeAv: NodeAv, steps: readonly FilterStep[]): Promise<FilterChain> {
  const graph = new nodeAv.FilterGraph();
  graph.alloc();
  try {
    const made = steps.map(([name, options]) => {
      const filter = nodeAv.Filter.getByName(name);
      const context = filter && graph.createFilter(filter, name, options.join(":") || null);
      if (!context) throw new Error(`FFmpeg's filter ${name} cannot be made`);
      return context;
    });
    const [source] = made;
    const sink = made.at(-1);
    if (!source || !sink) throw new Error("A chain of filters needs a source and a sink");
    for (const [index, from] of made.entries()) {
      const to = made[index + 1];
      if (to) nodeAv.FFmpegError.throwIfError(from.link(0, to, 0), "Joining filters");
    }
    nodeAv.FFmpegError.throwIfError(await graph.config(), "Setting up the filters");
    return {
      push: async (frame) => {
        try {
          nodeAv.FFmpegError.throwIfError(await source.buffersrcAddFrame(frame), "Filtering");
        } finally {
          frame?.free();
        }
        return drain(nodeAv, sink);
      },
      [Symbol.dispose]: () => graph.free(),
    };
  } catch (error) {
    graph.free();
    throw error;
  }
}

async function drain(nodeAv: NodeAv, sink: FilterContext): Promise<Frame[]> {
  const found: Frame[] = [];
  for (;;) {
    const frame = new nodeAv.Frame();
    frame.alloc();
    const result = await sink.buffersinkGetFrame(frame);
    if (result >= 0) {
      found.push(frame);
      continue;
    }
    frame.free();
    if (result === nodeAv.AVERROR_EAGAIN || result === nodeAv.AVERROR_EOF) return found;
    for (const each of found) each.free();
    nodeAv.FFmpegError.throwIfError(result, "Filtering");
  }
}
