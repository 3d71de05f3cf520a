/** What a page or a worker lacks, asked before there is any work. */

import type { OptionRules, VideoCodec } from "@tatami/core";
import { checkByRules, TatamiError } from "@tatami/core";

/** What is going to be done. */
export interface EnvironmentNeeds {
  /**
   * Videos are written, so the browser must encode one of the codecs that Tatami writes. A page that brings FFmpeg's
   * encoder (`registerFfmpegEncoders`) does not need it. @defaultValue true
   */
  readonly encode?: boolean;
  /** A camera is opened. @defaultValue false */
  readonly camera?: boolean;
}

const rules: OptionRules<EnvironmentNeeds> = { encode: { kind: "boolean" }, camera: { kind: "boolean" } };

/** What {@link checkEnvironment} found. */
export interface EnvironmentReport {
  /** What keeps it from being done here, and where it can be; absent where nothing does. */
  readonly missing?: TatamiError<"unsupported-environment">;
  /** Whether threads may share memory; without, the CPU's engine has one thread and FFmpeg reads in several runs. */
  readonly isolated: boolean;
}

/**
 * Says whether videos can be enlarged here, before anybody chooses one: whether the page is a secure context (HTTPS or
 * localhost), and whether the browser has WebCodecs, WebAssembly, and an encoder. Outside of browsers nothing is missing.
 *
 * ```ts
 * const { missing } = await checkEnvironment();
 * if (missing) show(`${missing.message} ${missing.fix}`);
 * ```
 *
 * @throws TatamiError `invalid-option` for what is no need, and nothing else.
 *
 * Sources: https://www.w3.org/TR/secure-contexts/ and https://www.w3.org/TR/webcodecs/ (secure contexts only);
 * `AbortSignal.any` came with Chrome 116, Firefox 124 and Safari 17.4, WebCodecs' video with Chrome 94, Firefox 130 (not on
 * Android) and Safari 16.4.
 */
export async function checkEnvironment(needs: EnvironmentNeeds = {}): Promise<EnvironmentReport> {
  const { encode = true, camera = false } = checkByRules("needs", needs, rules);
  const here = globalThis as Here;
  const isolated = here.crossOriginIsolated === true;
  // only pages and workers know of secure contexts
  if (here.isSecureContext === undefined) return { isolated };
  const missing = findMissing(here, encode, camera);
  if (missing) return { isolated, missing };
  if (encode && !(await encodesAny())) return { isolated, missing: noEncoder() };
  return { isolated };
}

/** What is looked for. */
interface Here {
  readonly isSecureContext?: boolean;
  readonly crossOriginIsolated?: boolean;
  readonly WebAssembly?: unknown;
  readonly VideoDecoder?: unknown;
  readonly VideoEncoder?: unknown;
  readonly VideoFrame?: unknown;
  readonly AbortSignal?: { readonly any?: unknown };
  readonly navigator?: { readonly mediaDevices?: unknown };
}

const newEnough = "Chrome or Edge 116, Firefox 130 on a computer, Safari 17.4, or a newer one";

function findMissing(
  here: Here,
  encode: boolean,
  camera: boolean,
): TatamiError<"unsupported-environment"> | undefined {
  if (here.isSecureContext !== true)
    return lacking(
      "secure-context",
      "This page was opened over an insecure address, where browsers keep their video decoders and cameras from pages.",
      "Open it under an address that begins with https://, or on the computer that serves it as http://localhost.",
    );
  const codecs = [here.VideoFrame, here.VideoDecoder, ...(encode ? [here.VideoEncoder] : [])];
  if (codecs.includes(undefined))
    return lacking(
      "webcodecs",
      "This browser does not let pages decode and encode videos (it lacks WebCodecs).",
      `Open the page in ${newEnough}.`,
    );
  if (here.AbortSignal?.any === undefined)
    return lacking(
      "abort-signal-any",
      "This browser is too old for this page.",
      `Open the page in ${newEnough}.`,
    );
  if (here.WebAssembly === undefined)
    return lacking(
      "webassembly",
      "This browser has WebAssembly switched off, which the upscaler runs on.",
      "Switch it on for this site (Lockdown Mode on Apple's devices and Edge's enhanced security switch it off), or open the page in another browser.",
    );
  if (camera && here.navigator?.mediaDevices === undefined)
    return lacking(
      "media-devices",
      "This browser does not let pages use a camera.",
      `Open the page in ${newEnough}.`,
    );
  return undefined;
}

/** Each codec that is written, in the form that most encoders have. Sources: RFC 6381, and each codec's own. */
const codecStrings: Readonly<Record<VideoCodec, string>> = {
  avc: "avc1.42001f",
  hevc: "hev1.1.6.L93.B0",
  vp9: "vp09.00.31.08",
  av1: "av01.0.05M.08",
};

async function encodesAny(): Promise<boolean> {
  const asked = Object.values(codecStrings).map(async (codec) => {
    const { supported } = await VideoEncoder.isConfigSupported({ codec, width: 640, height: 360 });
    if (supported !== true) throw new Error(codec);
  });
  return Promise.any(asked).then(
    () => true,
    () => false,
  );
}

function noEncoder(): TatamiError<"unsupported-environment"> {
  return lacking(
    "encoder",
    "This browser can read videos but write none: it has no encoder for H.264, H.265, VP9 or AV1.",
    `Open the page in ${newEnough}.`,
  );
}

/** @param what in one word, for programs */
function lacking(what: string, message: string, fix: string): TatamiError<"unsupported-environment"> {
  return new TatamiError({ code: "unsupported-environment", message, fix, detail: { missing: what } });
}
