/** Which op of a program an engine refuses, where its own words do not say. */

import type { Node, Op, Program } from "@tatami/graph";
import { parameter, shapesOf, topologicalOrder } from "@tatami/graph";

/**
 * Tries the ops of a program one by one, each for every number of dimensions that it is used with.
 *
 * @param load rejects a program that the engine refuses
 * @returns the first op that is refused alone too; none where only the whole is refused
 */
export async function refusedOp(
  program: Program,
  load: (one: Program) => Promise<unknown>,
): Promise<Op | undefined> {
  const tried = new Set<string>();
  for (const node of topologicalOrder(...Object.values(program.outputs))) {
    if (node.op === "parameter" || node.op === "constant") continue;
    const sources = node.sources.map((source, at) => standIn(source, at));
    const key = [node.op, ...sources.map(({ dimensions }) => dimensions)].join(" ");
    if (tried.has(key)) continue;
    tried.add(key);
    const result: Node = { ...node, sources: sources.map((source) => source.node) };
    try {
      await load({ name: `${node.op} alone`, outputs: { result } });
    } catch {
      return node.op;
    }
  }
  return undefined;
}

/** A parameter in the place of what an op is given. */
function standIn(source: Node, at: number): { readonly node: Node; readonly dimensions: number } {
  // programs have no input, so that the picture is not looked at
  const shape = shapesOf(source, [1, 1, 1, 1]).get(source)!;
  const node = source.op === "constant" ? source : parameter(`source ${at}`, shape);
  return { node, dimensions: shape.length };
}
