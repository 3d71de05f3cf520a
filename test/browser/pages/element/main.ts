/** A page of one `<tatami-video>`, which its test puts in, plays and takes out again. */

import type { TatamiVideo } from "@tatami/element";
import { defineTatamiVideo } from "@tatami/element";
import type { Upscaler } from "@tatami/upscale";
import { createUpscaler } from "@tatami/upscale";
import { closable, TatamiError } from "@tatami/core";
import { ALL_FORMATS, BufferTarget, Conversion, Input, Mp4OutputFormat, Output, UrlSource } from "mediabunny";
import { tinyModel } from "../../../support/tiny-model.ts";

const clip = new URL("../../../../examples/clips/bunny-320x180.mp4", import.meta.url).href;
const TatamiVideoElement = defineTatamiVideo();

/** What the upscaler handed out was given and gave, and whether it was disposed of. */
const log = { frames: [] as VideoFrame[], made: 0, disposed: 0 };

/** What the upscaler waits for before it gives a frame. */
let held: Promise<void> = Promise.resolve();
let letGo: () => void = () => {};

/** How a test wants its element. */
export interface Wanted {
  readonly attributes?: Readonly<Record<string, string>>;
  /** `none`: the element makes its own. */
  readonly upscaler?: "none" | "tiny" | "failing";
  readonly src?: string;
  /** What feeds it in place of `src`: a stream, or bytes by Media Source Extensions. */
  readonly fed?: "stream" | "media-source";
}

let shown: TatamiVideo;
const states: string[] = [];

async function put({ attributes = {}, upscaler = "tiny", src = clip, fed }: Wanted = {}): Promise<void> {
  shown?.remove();
  states.length = 0;
  shown = new TatamiVideoElement();
  shown.addEventListener("statechange", ({ detail }) =>
    states.push(detail.error ? `${detail.state}: ${detail.error.code}` : detail.state),
  );
  if (upscaler === "tiny") shown.upscaler = makeTiny;
  if (upscaler === "failing") shown.upscaler = fail;
  for (const [name, value] of Object.entries({ muted: "", ...attributes })) shown.setAttribute(name, value);
  if (fed === undefined) shown.src = src;
  document.body.append(shown);
  if (fed === "stream") await streamTo(shown);
  if (fed === "media-source") await feed(shown.video);
}

/** A picture that changes, as a camera's does. */
async function streamTo(element: TatamiVideo): Promise<void> {
  const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 90 });
  const context = canvas.getContext("2d")!;
  let hue = 0;
  const draw = (): void => {
    context.fillStyle = `hsl(${(hue += 3)} 60% 50%)`;
    context.fillRect(0, 0, 160, 90);
    requestAnimationFrame(draw);
  };
  draw();
  element.srcObject = canvas.captureStream(25);
  await element.play();
}

/** The clip in fragments, appended to a Media Source: what hls.js does with a playlist's. */
async function feed(video: HTMLVideoElement): Promise<void> {
  const input = new Input({ source: new UrlSource(clip), formats: ALL_FORMATS });
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: "fragmented" }), target });
  await (await Conversion.init({ input, output, audio: { discard: true } })).execute();
  const type = await output.getMimeType();
  input.dispose();
  const source = new MediaSource();
  video.src = URL.createObjectURL(source);
  await new Promise((resolve) => source.addEventListener("sourceopen", resolve, { once: true }));
  const buffer = source.addSourceBuffer(type);
  buffer.appendBuffer(target.buffer!);
  await new Promise((resolve) => buffer.addEventListener("updateend", resolve, { once: true }));
  source.endOfStream();
}

async function makeTiny(): Promise<Upscaler> {
  log.made++;
  const made = await createUpscaler({ model: tinyModel(), backends: ["cpu"], threads: 1 });
  const frame: Upscaler["frame"] = async (source, options) => {
    const larger = await made.frame(source, options);
    await held;
    for (const each of [source, larger]) if (each instanceof VideoFrame) log.frames.push(each);
    return larger;
  };
  return {
    ...made,
    frame,
    ...closable(async () => {
      log.disposed++;
      await made.close();
    }),
  };
}

async function fail(): Promise<never> {
  throw new TatamiError({ code: "unsupported-environment", message: "No engine works.", fix: "None." });
}

/** What can be seen of the element, and of what it holds. */
export interface Seen {
  readonly state: string;
  readonly states: readonly string[];
  readonly picture: string;
  readonly isLarger: boolean;
  readonly isSplit: boolean;
  readonly isPaused: boolean;
  readonly time: number;
  readonly status: string;
  readonly isStatusShown: boolean;
  /** What a screen reader is told of by itself. */
  readonly announced: readonly string[];
  readonly clock: string;
  readonly volume: number;
  readonly isMuted: boolean;
  readonly framesOut: number;
  readonly isFullscreen: boolean;
  readonly made: number;
  readonly disposed: number;
  readonly open: number;
}

function look(): Seen {
  const root = shown.shadowRoot!;
  const canvas = root.querySelector("canvas")!;
  return {
    state: shown.state,
    states,
    picture: `${canvas.width}×${canvas.height}`,
    isLarger: !canvas.hidden,
    isSplit: !root.querySelector<HTMLElement>(".split")!.hidden,
    isPaused: shown.video.paused,
    time: shown.video.currentTime,
    status: root.querySelector(".status")!.textContent,
    isStatusShown: root.querySelector<HTMLElement>(".status")!.offsetHeight > 0,
    announced: [...root.querySelectorAll("[role=status], [role=alert], [aria-live]")].map(
      ({ textContent }) => textContent,
    ),
    clock: root.querySelector(".time")!.textContent,
    volume: shown.video.volume,
    isMuted: shown.video.muted,
    framesOut: shown.stats().framesOut,
    isFullscreen: document.fullscreenElement === shown,
    made: log.made,
    disposed: log.disposed,
    open: log.frames.filter(({ codedWidth }) => codedWidth > 0).length,
  };
}

/** Mean difference in level between the picture drawn and the plain video, left and right of the middle. */
function halves(): readonly [number, number] {
  const canvas = shown.shadowRoot!.querySelector("canvas")!;
  const { width, height } = canvas;
  const read = (source: CanvasImageSource): Uint8ClampedArray => {
    const context = new OffscreenCanvas(width, height).getContext("2d")!;
    context.imageSmoothingQuality = "medium";
    context.drawImage(source, 0, 0, width, height);
    return context.getImageData(0, 0, width, height).data;
  };
  const [drawn, plain] = [read(canvas), read(shown.video)];
  const sums = [0, 0];
  for (let at = 0; at < drawn.length; at += 4)
    sums[(at / 4) % width < width / 2 ? 0 : 1]! += Math.abs(drawn[at + 1]! - plain[at + 1]!);
  return sums.map((sum) => (2 * sum) / (width * height)) as unknown as readonly [number, number];
}

/** Sets the attribute, and says what the element takes it for. */
function setStrength(strength: unknown): number {
  shown.setAttribute("strength", String(strength));
  return shown.strength;
}

const act = {
  play: () => shown.play(),
  pause: () => shown.pause(),
  remove: () => shown.remove(),
  move: () => {
    const box = document.createElement("div");
    document.body.append(box);
    box.append(shown);
  },
  hold: () => void (held = new Promise((resolve) => (letGo = resolve))),
  letGo: async () => {
    letGo();
    // what waited for it has been heard
    await new Promise(requestAnimationFrame);
  },
  spoil: () => void (shown.src = "data:video/mp4,none"),
  debug: () => shown.toggleAttribute("debug"),
  unfeed: () => {
    shown.srcObject = null;
    shown.video.removeAttribute("src");
    shown.video.load();
  },
  takeVideoFrame: () => void Reflect.deleteProperty(globalThis, "VideoFrame"),
};

Object.assign(globalThis, { put, look, halves, setStrength, act: (name: keyof typeof act) => act[name]() });
