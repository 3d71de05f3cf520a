/** Which network each cell of a frame needs, and how much work that gives each. */

import { cellSide, leastEnergy, meanPower } from "@tatami/patches";
import { geometryStruct } from "../../layout.ts";
import { uniformStruct } from "../../uniform-struct.ts";
import type { UniformStruct } from "../../uniform-struct.ts";
import { floatText } from "../number-text.ts";
import { catmullRomTaps, countRuns } from "../pass-parts.ts";
import { decisions, windowStruct } from "./reuse-uniform.ts";

/** Cells across and down that are routed together, in one window. */
export const cellsTogether = 4;
const cellsPerWindow = cellsTogether ** 2;
/** Invocations that share a cell. */
const each = 4;
const sharing = cellsPerWindow * each;
/** Invocations that make a list, or a threshold. */
const listing = 256;

const routingFields = { windows: "u32", first: "f32", second: "f32", unit: "f32" } as const;
const routing: UniformStruct<keyof typeof routingFields> = uniformStruct("Routing", routingFields);
/** Factors of the first and the second larger network, and what levels² are in the unit of energies. */
export const packRouting: (values: Readonly<Record<keyof typeof routingFields, number>>) => ArrayBuffer =
  routing.pack;

const listFields = { windows: "u32", rung: "u32", start: "u32", most: "u32" } as const;
const lists: UniformStruct<keyof typeof listFields> = uniformStruct("List", listFields);
/** Which windows a list takes: those of one rung, from the `start`th on, `most` of them. */
export const packList: (values: Readonly<Record<keyof typeof listFields, number>>) => ArrayBuffer =
  lists.pack;

/**
 * WGSL of the pass behind the smallest network, a workgroup a window: energies of cells, the mean squares of luma less the
 * bicubic filter. Those of patches that were not computed stay as they were.
 *
 * Bindings: 0 geometry of the frame; 1 windows; 2 owners, the patch that each window's kept part lies in; 3 flags of
 * patches; 4 picture of the frame; 5 luma of the frame; 6 energies, written; negative beyond a window's kept part.
 */
export function energyPass(scale: number, centre: number, padding: number): string {
  return `// Energies of cells: what the network added to the bicubic filter.
// Bindings: 0 frame geometry, 1 windows, 2 owners, 3 flags, 4 picture of the frame, 5 luma of the frame, 6 energies [window][cell].
// Algorithm: a workgroup a window of ${cellsTogether}×${cellsTogether} cells, ${each} invocations a cell.
${geometryStruct}
${windowStruct}
@group(0) @binding(0) var<uniform> geometry: Geometry;
@group(0) @binding(1) var<storage, read> windows: array<Window>;
@group(0) @binding(2) var<storage, read> owners: array<u32>;
@group(0) @binding(3) var<storage, read> flags: array<u32>;
@group(0) @binding(4) var<storage, read> picture: array<f32>;
@group(0) @binding(5) var<storage, read> luma: array<f32>;
@group(0) @binding(6) var<storage, read_write> energies: array<f32>;

var<workgroup> sums: array<f32, ${sharing}>;

${catmullRomTaps}

fn filtered(place: vec2u) -> f32 {
  let at = (vec2f(place) + 0.5) / ${floatText(scale)} - 0.5;
  let first = vec2i(floor(at)) - 1;
  let across = taps(fract(at.x));
  let down = taps(fract(at.y));
  let last = vec2i(i32(geometry.width), i32(geometry.height)) - 1;
  var sum = 0.0;
  for (var row = 0; row < 4; row++) {
    for (var column = 0; column < 4; column++) {
      let near = vec2u(clamp(first + vec2i(column, row), vec2i(0), last)) + ${padding}u;
      sum += across[column] * down[row] * picture[near.y * geometry.pitch + near.x];
    }
  }
  return sum + ${floatText(centre)};
}

@compute @workgroup_size(${sharing})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let seen = windows[group.x];
  let computed = flags[owners[group.x]] == ${decisions.compute}u;
  let cell = local / ${each}u;
  let inside = vec2u(cell % ${cellsTogether}u, cell / ${cellsTogether}u) * ${cellSide}u;
  let kept = vec2u(seen.kept_width, seen.kept_height);
  let size = (min(inside + ${cellSide}u, kept) - min(inside, kept)) * ${scale}u;
  let start = (vec2u(seen.kept_x, seen.kept_y) + inside) * ${scale}u;
  var sum = 0.0;
  if (computed) {
    for (var i = local % ${each}u; i < size.x * size.y; i += ${each}u) {
      let place = start + vec2u(i % size.x, i / size.x);
      let added = luma[place.y * geometry.width * ${scale}u + place.x] - filtered(place);
      sum += added * added;
    }
  }
  sums[local] = sum;
  workgroupBarrier();
  if (!computed || local % ${each}u != 0u) {
    return;
  }
  let count = size.x * size.y;
  let total = sums[local] + sums[local + 1u] + sums[local + 2u] + sums[local + 3u];
  energies[group.x * ${cellsPerWindow}u + cell] = select(-1.0, total / f32(max(count, 1u)), count > 0u);
}
`;
}

/**
 * WGSL of the pass that finds the energies above which windows go to larger networks, from the mean of all cells.
 *
 * Bindings: 0 routing; 1 energies; 2 thresholds of the first and the second larger network, written.
 */
export function thresholdPass(): string {
  return `// The energies above which cells go to larger networks.
// Bindings: 0 routing, 1 energies [window][cell], 2 thresholds.
// Algorithm: one workgroup; each invocation adds up every ${listing}th cell, the sums are added up in a tree.
${routing.wgsl}
@group(0) @binding(0) var<uniform> routing: Routing;
@group(0) @binding(1) var<storage, read> energies: array<f32>;
@group(0) @binding(2) var<storage, read_write> thresholds: array<f32, 2>;

var<workgroup> sums: array<vec2f, ${listing}>;

@compute @workgroup_size(${listing})
fn main(@builtin(local_invocation_index) local: u32) {
  var sum = vec2f(0.0);
  for (var i = local; i < routing.windows * ${cellsPerWindow}u; i += ${listing}u) {
    sum += select(vec2f(0.0), vec2f(energies[i], 1.0), energies[i] >= 0.0);
  }
  sums[local] = sum;
  for (var distance = ${listing / 2}u; distance > 0u; distance >>= 1u) {
    workgroupBarrier();
    if (local < distance) {
      sums[local] += sums[local + distance];
    }
  }
  if (local != 0u) {
    return;
  }
  let mean = sums[0].x / sums[0].y / routing.unit;
  let whole = pow(mean, ${floatText(meanPower)});
  thresholds[0] = max(routing.first * whole, ${floatText(leastEnergy)}) * routing.unit;
  thresholds[1] = max(routing.second * whole, ${floatText(leastEnergy)}) * routing.unit;
}
`;
}

/**
 * WGSL of the pass that decides: the greatest energy of a window's cells says which network computes it.
 *
 * Bindings: 0 routing; 1 energies; 2 thresholds; 3 owners; 4 flags of patches; 5 routes, written: 0, or the number of the
 * larger network.
 */
export function routePass(): string {
  return `// Windows of a frame by the network that their cells need.
// Bindings: 0 routing, 1 energies [window][cell], 2 thresholds, 3 owners, 4 flags, 5 routes.
// Algorithm: an invocation a window.
${routing.wgsl}
@group(0) @binding(0) var<uniform> routing: Routing;
@group(0) @binding(1) var<storage, read> energies: array<f32>;
@group(0) @binding(2) var<storage, read> thresholds: array<f32, 2>;
@group(0) @binding(3) var<storage, read> owners: array<u32>;
@group(0) @binding(4) var<storage, read> flags: array<u32>;
@group(0) @binding(5) var<storage, read_write> routes: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= routing.windows) {
    return;
  }
  var most = -1.0;
  for (var i = 0u; i < ${cellsPerWindow}u; i++) {
    most = max(most, energies[id.x * ${cellsPerWindow}u + i]);
  }
  let route = select(select(0u, 1u, most > thresholds[0]), 2u, most > thresholds[1]);
  routes[id.x] = select(0u, route, flags[owners[id.x]] == ${decisions.compute}u);
}
`;
}

/**
 * WGSL of the pass that lists the windows of one network; many windows take several lists.
 *
 * Bindings: 0 list's uniform; 1 routes; 2 list, written; 3 arguments of later dispatches, whose third numbers are written.
 *
 * @param dispatches that follow for one list
 */
export function routeListPass(dispatches: number): string {
  return `// Routes of windows to a dense list, and to the sizes of the dispatches behind.
// Bindings: 0 list, 1 routes, 2 list of windows, 3 dispatches [dispatch][3].
// Algorithm: one workgroup; each invocation counts its own run of windows, the runs' counts are summed up, each run is written.
${lists.wgsl}
@group(0) @binding(0) var<uniform> wanted: List;
@group(0) @binding(1) var<storage, read> routes: array<u32>;
@group(0) @binding(2) var<storage, read_write> list: array<u32>;
@group(0) @binding(3) var<storage, read_write> dispatches: array<u32>;

var<workgroup> counts: array<u32, ${listing}>;

@compute @workgroup_size(${listing})
fn main(@builtin(local_invocation_index) local: u32) {
${countRuns(listing, "wanted.windows", "routes[i] == wanted.rung")}
  var place = counts[local] - count;
  for (var i = start; i < end; i++) {
    if (routes[i] == wanted.rung) {
      if (place >= wanted.start && place < wanted.start + wanted.most) {
        list[place - wanted.start] = i;
      }
      place++;
    }
  }
  if (local != 0u) {
    return;
  }
  let total = counts[${listing - 1}];
  let listed = min(max(total, wanted.start) - wanted.start, wanted.most);
  for (var i = 0u; i < ${dispatches}u; i++) {
    dispatches[i * 3u + 2u] = listed;
  }
}
`;
}
