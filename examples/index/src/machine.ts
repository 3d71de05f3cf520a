/** What this machine offers, of what the examples need. */

import { checkEnvironment } from "@tatami/upscale";

/** What an example may need, or be quicker with. */
export type Part = "video" | "speed" | "cores" | "camera";

/** How it stands with one of them: `missing` keeps examples that need it from working, `weak` makes them slow. */
export interface Finding {
  readonly state: "there" | "weak" | "missing";
  /** One short sentence for people. */
  readonly words: string;
}

/** Asks for all of them. Nobody is asked for permission, and it never throws. */
export async function lookAtMachine(): Promise<Readonly<Record<Part, Finding>>> {
  const [video, speed, camera] = await Promise.all([findVideo(), findGraphics(), findCamera()]);
  return { video, speed, camera, cores: findCores() };
}

async function findVideo(): Promise<Finding> {
  const { missing } = await checkEnvironment({ encode: false });
  if (missing) return { state: "missing", words: `${missing.message} ${missing.fix}` };
  return { state: "there", words: "This browser lets pages work on video" };
}

async function findGraphics(): Promise<Finding> {
  const slow: Finding = { state: "weak", words: "No WebGPU: the processor does the work" };
  const { gpu } = navigator as { readonly gpu?: GpuLike };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) return slow;
  const { vendor = "", architecture = "" } = adapter.info ?? {};
  if (adapter.info?.isFallbackAdapter === true || architecture === "swiftshader")
    return { state: "weak", words: "WebGPU in software only: the processor does the work" };
  return { state: "there", words: ["WebGPU", vendor, architecture].filter(Boolean).join(" ") };
}

async function findCamera(): Promise<Finding> {
  const devices = await navigator.mediaDevices?.enumerateDevices().catch(() => []);
  const count = devices?.filter(({ kind }) => kind === "videoinput").length ?? 0;
  if (count === 0) return { state: "missing", words: "None was found" };
  return { state: "there", words: count === 1 ? "One was found" : `${count} were found` };
}

function findCores(): Finding {
  const { hardwareConcurrency: cores } = navigator;
  if (crossOriginIsolated) return { state: "there", words: `${cores} cores` };
  return { state: "weak", words: `One core of ${cores}: the server does not send what more need` };
}

/** What is used of WebGPU, which TypeScript's page types have not. */
interface GpuLike {
  requestAdapter(): Promise<{
    readonly info?: {
      readonly vendor?: string;
      readonly architecture?: string;
      readonly isFallbackAdapter?: boolean;
    };
  } | null>;
}
