/** Whatever is passed that is wrong, at every door: one TatamiError `invalid-option`, short, with something to do about it. */

import { fileURLToPath } from "node:url";
import { createFrame, createPlane, frameLedger, TatamiError } from "@tatami/core";
import type { Frame } from "@tatami/core";
import { readOnnx } from "@tatami/graph";
import { createTrack, openCamera, watchTrack } from "@tatami/live";
import {
  fromCamera,
  fromMediaStreamTrack,
  fromVideoFile,
  selectMotion,
  toMediaStreamTrack,
  toVideoFile,
  upscaleFrames,
  withQuality,
} from "@tatami/rxjs";
import {
  checkEnvironment,
  createFrameProcessor,
  createLiveQueue,
  createUpscaler,
  fromVideoFrame,
  inspect,
  openMedia,
  openSegmentedJob,
  plan,
  planInto,
  toVideoFrame,
  upscale,
  upscaleInto,
  upscaleMoment,
  upscalePicture,
  UpscaleStream,
  upscaleTrack,
} from "@tatami/upscale";
import { connectUpscaler, connectUpscalerPool, exposeUpscaler } from "@tatami/worker";
import { startWorker } from "@tatami/worker/testing";
import { chooseModel, loadModel } from "@tatami/zoo";
import { EMPTY, lastValueFrom } from "rxjs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { tinyModel } from "../support/tiny-model.ts";

const clip = fileURLToPath(new URL("../../examples/clips/bunny-320x180.mp4", import.meta.url));
const model = tinyModel();
const size = { width: 8, height: 8 };
const planes = () => ({
  luma: createPlane(size),
  chroma: [createPlane({ width: 4, height: 4 }), createPlane({ width: 4, height: 4 })] as const,
});
const picture = { ...size, data: new Uint8ClampedArray(4 * 64) };
const frameOf = (): Frame => createFrame(planes(), { timestamp: 0 });

/** Things that are no media, no options, no model. */
const nothing = [undefined, null, 7, true, Symbol("x"), () => 1];
const bytes = new Uint8Array(50_000);
/** What no options are; `undefined` is none where options may be left out. */
const noOptions = [null, 7, "x", [], bytes, { modle: 1 }];

/** A door, and what is wrong to pass to it. */
type Door = readonly [name: string, open: (wrong: never) => unknown, wrong: readonly unknown[]];

/** In a thread, in a worker, in several: what an upscaler is asked. */
const ofUpscaler = (
  of: () => Pick<
    Awaited<ReturnType<typeof createUpscaler>>,
    | "frame"
    | "frames"
    | "setStrength"
    | "setRoutingLoss"
    | "setReuseBounds"
    | "patchesPerFrame"
    | "macsPerFrame"
  >,
): readonly Door[] => [
  ["frame(picture)", (wrong) => of().frame(wrong), [...nothing, "x", {}, bytes]],
  ["frame(, options)", (wrong) => of().frame(frameOf(), wrong), [...noOptions, { strength: 2 }]],
  ["frames(source)", (wrong) => of().frames(wrong), [...nothing, "x", {}, [], bytes]],
  [
    "frames(, options)",
    (wrong) => of().frames((async function* () {})(), wrong),
    [...noOptions, { strength: 2 }],
  ],
  ["setStrength", (wrong) => of().setStrength(wrong), [...nothing, "1", {}, 1.6, -1]],
  ["setRoutingLoss", (wrong) => of().setRoutingLoss(wrong), [undefined, null, "1", -1, Number.NaN]],
  ["setReuseBounds", (wrong) => of().setReuseBounds(wrong), [...nothing, "x", [], { maxAge: 0 }]],
  ["patchesPerFrame", (wrong) => of().patchesPerFrame(wrong), [...nothing, "x", {}, [], { width: 8 }]],
  ["macsPerFrame", (wrong) => of().macsPerFrame(wrong), [...nothing, "x", {}, { width: 1.5, height: 8 }]],
];

const doors: readonly Door[] = [
  ...[
    ["upscale", upscale] as const,
    ["plan", plan] as const,
    [
      "upscaleInto",
      (input: never, options: object) => upscaleInto(input, { sink: fail, ...options } as never),
    ] as const,
    [
      "planInto",
      (input: never, options: object) => planInto(input, { sink: fail, ...options } as never),
    ] as const,
    [
      "upscaleMoment",
      (input: never, options: object) => upscaleMoment(input, { at: 0, ...options } as never),
    ] as const,
    ["openSegmentedJob", openSegmentedJob] as const,
  ].map(([name, open]): Door => [`${name}(input)`, (wrong) => open(wrong, { model }), [...nothing, {}, []]]),
  ...[upscale, plan, upscaleInto, planInto, upscaleMoment, openSegmentedJob].map((open): Door => [
    `${open.name}(, options)`,
    (wrong) => open(clip, wrong),
    [
      undefined,
      ...noOptions,
      {},
      { model: undefined },
      { model: bytes },
      { model, at: 0, sink: fail, codec: "h264" },
    ],
  ]),
  ["inspect(input)", (wrong) => inspect(wrong), [...nothing, {}, []]],
  ["inspect(, options)", (wrong) => inspect(clip, wrong), noOptions],
  ["openMedia", (wrong) => openMedia(wrong, undefined, {}), [...nothing, {}, []]],
  ["createUpscaler", (wrong) => createUpscaler(wrong), [undefined, ...noOptions, {}]],
  ...[undefined, null, 7, "m5-x2", {}, [], bytes, [model, model, model, model]].map((wrong): Door => [
    "createUpscaler({ model })",
    () => createUpscaler({ model: wrong as never }),
    [wrong],
  ]),
  [
    "a model's loader",
    (wrong) => createUpscaler({ model: async () => wrong }),
    [undefined, null, 7, "x", {}, bytes],
  ],
  ["new UpscaleStream", (wrong) => new UpscaleStream(wrong), [undefined, ...noOptions, {}]],
  [
    "new UpscaleStream({ upscaler })",
    (wrong) => new UpscaleStream({ upscaler: wrong }),
    [null, 7, "x", {}, []],
  ],
  [
    "upscalePicture(picture)",
    (wrong) => upscalePicture(wrong, { model }),
    [...nothing, "x", {}, [], { ...size, data: [] }],
  ],
  ["upscalePicture(, options)", (wrong) => upscalePicture(picture, wrong), [undefined, ...noOptions, {}]],
  [
    "upscaleTrack(track)",
    (wrong) => upscaleTrack(wrong, { model }),
    [...nothing, "x", {}, { kind: "audio" }],
  ],
  [
    "upscaleTrack(, options)",
    (wrong) => upscaleTrack({ kind: "video" } as never, wrong),
    [undefined, ...noOptions, {}],
  ],
  [
    "createFrameProcessor",
    (wrong) => createFrameProcessor(wrong),
    [undefined, ...noOptions, {}, { model: bytes }],
  ],
  ["checkEnvironment", (wrong) => checkEnvironment(wrong), [...noOptions, { encode: 1 }]],
  ["createLiveQueue", (wrong) => createLiveQueue(wrong), [undefined, ...noOptions]],
  ["fromVideoFrame", (wrong) => fromVideoFrame(wrong), [...nothing, "x", {}, bytes]],
  ["toVideoFrame", (wrong) => toVideoFrame(wrong), [...nothing, "x", {}, bytes]],
  ["createPlane", (wrong) => createPlane(wrong), [...nothing, "x", {}, { width: 0, height: 1 }]],
  [
    "createFrame(planes)",
    (wrong) => createFrame(wrong, { timestamp: 0 }),
    [...nothing, "x", {}, { luma: createPlane(size) }],
  ],
  ["createFrame(, init)", (wrong) => createFrame(planes(), wrong), [...nothing, "x", {}]],
  ["readOnnx", (wrong) => readOnnx(wrong), [...nothing, "x", {}, []]],
  ["loadModel(name)", (wrong) => loadModel(wrong), [undefined, null, 7, "m5", {}, []]],
  ["loadModel(, options)", (wrong) => loadModel("m3-x2", wrong), [...noOptions, { denoise: 2 }]],
  ["chooseModel", (wrong) => chooseModel(wrong), [...noOptions, { scale: 3 }, { look: "nice" }]],
  ["connectUpscaler", (wrong) => connectUpscaler(wrong), [undefined, ...noOptions, {}, { model }]],
  [
    "connectUpscaler({ worker })",
    (wrong) => connectUpscaler({ model, worker: wrong }),
    [null, 7, "x", {}, [], () => 1],
  ],
  [
    "connectUpscalerPool",
    (wrong) => connectUpscalerPool(wrong),
    [undefined, ...noOptions, {}, { model, worker: startWorker }],
  ],
  ["exposeUpscaler", (wrong) => exposeUpscaler(wrong), [null, 7, "x", {}]],
  ["fromVideoFile(input)", (wrong) => lastValueFrom(fromVideoFile(wrong)), [...nothing, {}, []]],
  [
    "fromVideoFile(, options)",
    (wrong) => fromVideoFile(clip, wrong),
    [...noOptions, { window: 0 }, { start: 2, end: 1 }],
  ],
  [
    "fromMediaStreamTrack(track)",
    (wrong) => lastValueFrom(fromMediaStreamTrack(wrong)),
    [...nothing, "x", {}],
  ],
  ["fromMediaStreamTrack(, options)", (wrong) => fromMediaStreamTrack({} as never, wrong), noOptions],
  ["fromCamera", (wrong) => fromCamera(wrong), noOptions],
  [
    "fromCamera({ constraints })",
    (wrong) => lastValueFrom(fromCamera({ constraints: wrong })),
    [null, 7, "x", []],
  ],
  ["selectMotion", (wrong) => selectMotion(wrong), [...noOptions, { limit: 2 }]],
  ["toMediaStreamTrack", (wrong) => toMediaStreamTrack(wrong), [...noOptions, { capacity: 0 }]],
  ["toVideoFile(, options)", (wrong) => toVideoFile("x.mp4", wrong), [...noOptions, { quality: 0 }]],
  ["upscaleFrames", (wrong) => upscaleFrames(wrong), [undefined, ...noOptions, {}]],
  ["upscaleFrames({ upscaler })", (wrong) => upscaleFrames({ upscaler: wrong }), [null, 7, "x", {}, []]],
  ["withQuality(reference)", (wrong) => withQuality(wrong), [...nothing, "x", {}, []]],
  ["withQuality(, options)", (wrong) => withQuality(EMPTY, wrong), [...noOptions, { shave: -1 }]],
  ["createTrack", (wrong) => createTrack(wrong), noOptions],
  ["watchTrack", (wrong) => watchTrack(wrong, fail), [...nothing, "x", {}, { kind: "audio" }]],
  ["openCamera", (wrong) => openCamera(wrong), [null, 7, "x", []]],
];

function fail(): never {
  throw new Error("nothing is asked of this before options are right");
}

async function thrownBy(door: () => unknown): Promise<unknown> {
  try {
    await door();
  } catch (error) {
    return error;
  }
  return "nothing";
}

async function check(name: string, open: Door[1], wrong: readonly unknown[]): Promise<void> {
  for (const each of wrong) {
    const error = await thrownBy(() => open(each as never));
    const told =
      error instanceof TatamiError ? `${error.code}: ${error.message} ${error.fix}` : String(error);
    expect(told, `${name} given ${typeof each}`).toMatch(/^invalid-option: .{10,}/s);
    const { message, fix } = error as TatamiError;
    expect([message.length <= 300, fix.length >= 10, fix.length <= 500], told).toEqual([true, true, true]);
    expect(told).not.toMatch(/undefined (bytes|is not)|\[object|destructure|Cannot read prop/);
  }
}

afterEach(() => expect(frameLedger.report()).toEqual(new Map()));

describe("what is wrong is refused by", () => {
  it.each(doors)("%s", check);
});

describe.each([
  ["here", () => createUpscaler({ model, backends: ["cpu"] })],
  ["in a worker", () => connectUpscaler({ model, backends: ["cpu"], worker: startWorker })],
  ["in several", () => connectUpscalerPool({ model, backends: ["cpu"], worker: startWorker, size: 2 })],
] as const)("an upscaler %s", (_where, open) => {
  let upscaler: Awaited<ReturnType<typeof createUpscaler>>;
  beforeAll(async () => {
    upscaler = await open();
  });
  afterAll(() => upscaler.close());

  it.each(ofUpscaler(() => upscaler))("refuses what is wrong at %s", check);

  it("that is closed says so, whatever is asked of it, and closes what it is given", async () => {
    const closed = await open();
    await closed.close();
    await closed.close();
    const asked = [
      () => closed.frame(frameOf()),
      async () => {
        for await (const frame of closed.frames(
          (async function* () {
            yield frameOf();
          })(),
        ))
          frame.close();
      },
    ];
    for (const ask of asked) {
      const error = (await thrownBy(ask)) as TatamiError;
      expect(error).toBeInstanceOf(TatamiError);
      expect(error.message).toMatch(/was disposed of/);
      expect(error.fix).toMatch(/\.$/);
    }
  });
});
