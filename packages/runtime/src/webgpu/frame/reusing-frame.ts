/** Frames of one size on a device, of which only the patches that changed are computed. */

import type { Size } from "@tatami/core";
import { scaleSize, TatamiError } from "@tatami/core";
import type { Grid, GridPatch, ResolvedReuse } from "@tatami/patches";
import { overlapOf, planGrid } from "@tatami/patches";
import { planBands } from "../bands.ts";
import type { ExecutableInit } from "../executable.ts";
import { layOutPlanes, packGeometry } from "../layout.ts";
import { bind, bytesOf, dispatchOver, paddingOf } from "../network.ts";
import { timeBursts } from "../tuning/time-bursts.ts";
import { bufferUsage } from "../usage.ts";
import { assemblyPass } from "../wgsl/assembly-pass.ts";
import { framePicturePass } from "../wgsl/frame-picture-pass.ts";
import { pixelWorkgroup } from "../wgsl/picture-pass.ts";
import { slopesPass } from "../wgsl/slopes-pass.ts";
import type { CellRouterInit } from "./cell-router.ts";
import { createCellRouter } from "./cell-router.ts";
import { frameTextures } from "./frame-textures.ts";
import type { OwnedResources } from "../owned-resources.ts";
import { ownResources } from "../owned-resources.ts";
import type { PatchDecider } from "./patch-decider.ts";
import { createPatchDecider } from "./patch-decider.ts";
import type { PreparedFrame } from "./prepared-frame.ts";
import type { FrameLuma, WindowSet } from "./window-set.ts";
import { createWindowSet } from "./window-set.ts";

/** How patches are reused. */
export interface ReusingFrameOptions {
  readonly reuse: ResolvedReuse;
  /** Longest side of a patch in pixels, its halo included. */
  readonly patchSize: number;
  /** Whether patches that were not computed are tinted. */
  readonly tint: boolean;
  /** Whether every frame is computed as if it were the first. */
  readonly forgets?: boolean;
  /** Larger networks for cells that need them. */
  readonly routing?: Pick<CellRouterInit, "larger" | "factors"> | undefined;
  /** Whether to measure from how many patches on the whole frame is quicker; else their areas decide. */
  readonly measure: boolean;
}

/**
 * The enlarged luma stays on the device, so what is not computed anew is what the frame before left there. Frames with
 * many changed patches are computed as a whole, which spares the halos.
 *
 * @throws TatamiError `out-of-memory`; `unsupported-environment` when the device refuses a shader.
 */
export async function prepareReusingFrame(
  init: ExecutableInit,
  frame: Size,
  options: ReusingFrameOptions,
): Promise<PreparedFrame> {
  const { device, pipelines, chain } = init;
  const { reuse, tint } = options;
  const carry = reuse.reuse === "bounded";
  const padding = paddingOf(chain);
  const size = scaleSize(frame, chain.scale);
  if (size.width * size.height * 4 > init.mostBytes) throw tooLarge(size, init.mostBytes);

  const resources = ownResources(device);
  try {
    const textures = resources.own(frameTextures(device, frame));
    const noBand = resources.upload("band", new ArrayBuffer(16), bufferUsage.uniform);
    const reused = await createReusedLuma(resources, init, frame, options);
    const { frame: luma, decider } = reused;
    return {
      size,
      upload: textures.upload,
      async prepare(kind, format) {
        const [reading, relating, drawing] = await Promise.all([
          pipelines.get(
            `picture of a frame (${kind.binding})`,
            framePicturePass(kind, chain.centre, padding),
          ),
          pipelines.get("slopes", slopesPass()),
          pipelines.getDrawing("assembly", assemblyPass(chain.scale, { carry, tint, padding }), format),
        ]);
        const colour = textures.colour.createView();
        const slopes = textures.slopes.createView();
        const related = bind(device, relating, [luma.geometry, colour, slopes, noBand]);
        const drawn = bind(device, drawing, [
          luma.geometry,
          luma.luma,
          colour,
          noBand,
          slopes,
          ...(carry || tint ? [decider.uniform, decider.flags] : []),
          ...(carry ? [reused.windows, decider.kept, luma.picture] : []),
        ]);
        return (encoder, view, target) => {
          reused.beforeSubmit();
          const pass = encoder.beginComputePass();
          pass.setPipeline(reading);
          pass.setBindGroup(0, bind(device, reading, [luma.geometry, view, luma.picture, colour, noBand]));
          pass.dispatchWorkgroups(...dispatchOver(frame, pixelWorkgroup));
          pass.setPipeline(relating);
          pass.setBindGroup(0, related);
          pass.dispatchWorkgroups(...dispatchOver(frame, pixelWorkgroup));
          reused.encode(pass);
          pass.end();
          const draw = encoder.beginRenderPass({
            colorAttachments: [{ view: target, loadOp: "clear", storeOp: "store" }],
          });
          draw.setPipeline(drawing);
          draw.setBindGroup(0, drawn);
          draw.draw(3);
          draw.end();
        };
      },
      reset: decider.reset,
      counts: decider.counts,
      [Symbol.dispose]: resources.release,
    };
  } catch (error) {
    resources.release();
    throw error;
  }
}

/** A frame's luma, enlarged where it changed. */
interface ReusedLuma {
  readonly frame: FrameLuma;
  readonly decider: PatchDecider;
  /** The patches' windows, as shaders read them. */
  readonly windows: GPUBuffer;
  /** To be called right before a frame's commands are submitted. */
  beforeSubmit(): void;
  /** From the frame's picture to its enlarged luma. */
  encode(pass: GPUComputePassEncoder): void;
}

/** Everything it is made of is owned by `resources`. */
async function createReusedLuma(
  { own, create, upload }: OwnedResources,
  init: ExecutableInit,
  frame: Size,
  options: ReusingFrameOptions,
): Promise<ReusedLuma> {
  const { device, pipelines, chain, mostBytes } = init;
  const padding = paddingOf(chain);
  // what is carried looks two pixels around
  const halo = Math.max(init.halo, 2);
  const grid = planGrid({ frame, patchSize: Math.max(options.patchSize, 4 * halo), halo });
  const geometry = layOutPlanes(frame, padding);
  const luma: FrameLuma = {
    geometry: upload("frame geometry", packGeometry(geometry, false), bufferUsage.uniform),
    picture: create("picture of the frame", geometry.plane * 4),
    luma: create("luma of the frame", frame.width * frame.height * chain.scale ** 2 * 4),
  };
  const bands = bandsOf(init, frame, halo);
  const bandLists = bands.map((_, index) =>
    upload("band list", new Uint32Array([index]).buffer, bufferUsage.storage),
  );
  const whole = own(await createWindowSet(init, luma, bands, bandLists, 1));
  const list = create("list of patches", grid.patches.length * 4);
  const fitting = Math.max(1, Math.floor(mostBytes / bytesOf(chain, grid.window)));
  const capacity = Math.min(worthwhile(grid, 1), fitting);
  const some = own(await createWindowSet(init, luma, grid.patches, [list], capacity));
  const measured = options.measure
    ? worthwhile(grid, await advantage(device, grid, some, capacity, whole, bands.length))
    : capacity;
  const decider = own(
    await createPatchDecider({
      device,
      pipelines,
      frame: luma,
      grid,
      windows: some.windows,
      list,
      halo,
      padding,
      reuse: options.reuse,
      mostPatches: Math.min(measured, capacity),
      dispatches: { patches: some.dispatches, whole: whole.dispatches },
    }),
  );
  const { routing } = options;
  const router =
    routing && own(await createCellRouter({ ...routing, frame: luma, grid, flags: decider.flags }));
  return {
    frame: luma,
    decider,
    windows: some.windows,
    beforeSubmit() {
      if (options.forgets) decider.reset();
      decider.beforeSubmit();
      router?.beforeSubmit();
    },
    encode(pass) {
      decider.encode(pass);
      some.encode(pass, decider.dispatchArguments, 0);
      whole.encode(pass, decider.dispatchArguments, some.dispatches.length);
      router?.encode(pass);
    },
  };
}

/** The whole frame in as few windows as the device's buffers allow. */
function bandsOf({ chain, mostBytes }: ExecutableInit, frame: Size, halo: number): readonly GridPatch[] {
  const { width } = frame;
  const plan = planBands(frame, halo, 1, (height) => bytesOf(chain, { width, height }), mostBytes);
  return plan.bands.map(({ top, from, to }) => ({
    window: { x: 0, y: top, width, height: plan.height },
    kept: { x: 0, y: from, width, height: to - from },
  }));
}

/** Patches up to which computing them takes less than the whole frame, where its pixels take `share` of theirs. */
function worthwhile(grid: Grid, share: number): number {
  return Math.max(1, Math.floor((0.95 * share * grid.patches.length) / overlapOf(grid)));
}

/** What a pixel takes of a frame computed as a whole, relative to one of a patch. */
async function advantage(
  device: GPUDevice,
  grid: Grid,
  some: WindowSet,
  count: number,
  whole: WindowSet,
  bands: number,
): Promise<number> {
  const patches = await timeBursts(device, (pass) => some.network.encode(pass, count));
  const band = await timeBursts(device, (pass) => whole.network.encode(pass, 1));
  const { frame, window } = grid;
  const perPatchPixel = patches / (count * window.width * window.height);
  return (band * bands) / (frame.width * frame.height) / perPatchPixel;
}

function tooLarge({ width, height }: Size, mostBytes: number): TatamiError<"out-of-memory"> {
  return new TatamiError({
    code: "out-of-memory",
    message: `Luma of ${width}×${height} pixels does not fit into this device's buffers of ${mostBytes} bytes.`,
    fix: 'Set options.reuse to "off": frames are then computed in bands.',
    detail: { width, height, mostBytes },
  });
}
