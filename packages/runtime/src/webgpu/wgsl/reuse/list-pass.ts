/** The list of patches to compute, and how much work each later pass is given. */

import { countRuns } from "../pass-parts.ts";
import { decisions, reuseStruct } from "./reuse-uniform.ts";

/** Invocations of the one workgroup. */
const sharing = 256;

/** How many dispatches of each kind follow, in the order of their arguments. */
export interface DispatchCounts {
  /** Of patches, as many at once as the list has. */
  readonly patches: number;
  /** Of the whole frame: none, or all of it. */
  readonly whole: number;
}

/**
 * WGSL of the pass that compacts flags into a list. More patches than are worth computing one by one: then all of them
 * are listed, and the frame is computed as a whole. The arguments' last entry is for the pass that keeps inputs.
 *
 * Bindings: 0 reuse; 1 flags; 2 list, written; 3 arguments of later dispatches, whose third numbers are written; 4
 * totals, computed and reused since the beginning.
 */
export function listPass({ patches, whole }: DispatchCounts): string {
  return `// Flags of patches to a dense list, and to the sizes of the dispatches behind.
// Bindings: 0 reuse, 1 flags, 2 list, 3 dispatches [dispatch][3], 4 totals.
// Algorithm: one workgroup; each invocation counts its own run of patches, the runs' counts are summed up, each run is written.
${reuseStruct}
@group(0) @binding(0) var<uniform> reuse: Reuse;
@group(0) @binding(1) var<storage, read_write> flags: array<u32>;
@group(0) @binding(2) var<storage, read_write> list: array<u32>;
@group(0) @binding(3) var<storage, read_write> dispatches: array<u32>;
@group(0) @binding(4) var<storage, read_write> totals: array<u32, 2>;

var<workgroup> counts: array<u32, ${sharing}>;

@compute @workgroup_size(${sharing})
fn main(@builtin(local_invocation_index) local: u32) {
${countRuns(sharing, "reuse.patches", `flags[i] == ${decisions.compute}u`)}
  let changed = counts[${sharing - 1}];
  let whole_frame = changed > reuse.most_patches;
  var place = select(counts[local] - count, start, whole_frame);
  for (var i = start; i < end; i++) {
    if (whole_frame) {
      flags[i] = ${decisions.compute}u;
    }
    if (flags[i] == ${decisions.compute}u) {
      list[place] = i;
      place++;
    }
  }
  if (local != 0u) {
    return;
  }
  let listed = select(changed, reuse.patches, whole_frame);
  for (var i = 0u; i < ${patches}u; i++) {
    dispatches[i * 3u + 2u] = select(changed, 0u, whole_frame);
  }
  for (var i = ${patches}u; i < ${patches + whole}u; i++) {
    dispatches[i * 3u + 2u] = select(0u, 1u, whole_frame);
  }
  dispatches[${(patches + whole) * 3 + 2}] = listed;
  totals[0] += listed;
  totals[1] += reuse.patches - listed;
}
`;
}
