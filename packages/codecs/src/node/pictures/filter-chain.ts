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

/** From a filter's n-th output to another's n-th input; filters by their place. */
export type FilterLink = readonly [from: number, output: number, to: number, input: number];

/** Joins filters one after the other; the first is a source (`buffer`, `abuffer`), the last a sink. */
export function openFilterChain(nodeAv: NodeAv, steps: readonly FilterStep[]): Promise<FilterChain> {
  const links = steps.slice(1).map((_, index): FilterLink => [index, 0, index + 1, 0]);
  return openFilterGraph(nodeAv, steps, links);
}

/** Joins filters as the links say; the first is the source, the last the sink. */
export async function openFilterGraph(
  nodeAv: NodeAv,
  steps: readonly FilterStep[],
  links: readonly FilterLink[],
): Promise<FilterChain> {
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
    for (const [from, output, to, input] of links)
      nodeAv.FFmpegError.throwIfError(made[from]!.link(output, made[to]!, input), "Joining filters");
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
