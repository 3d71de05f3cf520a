/** Patches on the engine in use, and on the next one where that fails. */

import type { PatchJob, Size } from "@tatami/core";
import { TatamiError, throwIfAborted } from "@tatami/core";
import type { Backend, Executable } from "@tatami/graph";
import type { Grid } from "@tatami/patches";
import type { Engine } from "@tatami/runtime";
import { takesSmallerWindows } from "@tatami/runtime";

/** Computes jobs into their targets; their windows are of the cut's size, or smaller. */
export type Infer = (
  jobs: readonly PatchJob[],
  cut: { readonly grid: Pick<Grid, "window">; readonly batch: number },
  signal: AbortSignal | undefined,
) => Promise<void>;

/** A backend's loss, and the work that waits and must be told. */
interface Watch {
  lost?: TatamiError<"device-lost">;
  readonly listeners: Set<() => void>;
}

/** A batch never holds more patches than a frame has, so that a small frame is not padded with nothing. */
export function createLumaRunner(engine: Engine): Infer {
  // One listener a backend: a promise that stays pending keeps whatever waits for it, a little for every frame.
  const watches = new WeakMap<Backend, Watch>();
  const watchOf = (backend: Backend): Watch => {
    const known = watches.get(backend);
    if (known) return known;
    const watch: Watch = { listeners: new Set() };
    watches.set(backend, watch);
    void listen(backend, watch);
    return watch;
  };
  return async (jobs, { grid: { window }, batch: most }, signal) => {
    const batch = Math.min(most, jobs.length);
    for (;;) {
      const executable = await engine.executable({ batch, ...window });
      const { backend } = engine;
      const failure = await attempt(executable, backend, watchOf(backend), fitting(jobs, executable), signal);
      if (!failure) return;
      await engine.fallBack(backend, failure);
    }
  };
}

/** Jobs as the engine takes them: where windows must be of one size, smaller ones see more of the picture around them. */
function fitting(jobs: readonly PatchJob[], executable: Executable): readonly PatchJob[] {
  if (takesSmallerWindows(executable)) return jobs;
  const { width, height }: Size = executable.shape;
  return jobs.map((job) => {
    const { window, source } = job;
    if (window.width === width && window.height === height) return job;
    const [x, y] = [Math.min(window.x, source.width - width), Math.min(window.y, source.height - height)];
    return { ...job, window: { x, y, width, height } };
  });
}

async function listen(backend: Backend, watch: Watch): Promise<void> {
  watch.lost = await backend.lost;
  for (const tell of watch.listeners) tell();
}

// A lost device or an engine's own failure is worth another engine; an abort is not.
async function attempt(
  executable: Executable,
  backend: Backend,
  watch: Watch,
  jobs: readonly PatchJob[],
  signal: AbortSignal | undefined,
): Promise<TatamiError | undefined> {
  let tell: (() => void) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      tell = resolve;
      watch.listeners.add(resolve);
      executable.run(jobs, signal).then(resolve, reject);
    });
    return watch.lost;
  } catch (cause) {
    throwIfAborted(signal);
    if (TatamiError.is(cause)) return cause;
    return new TatamiError({
      code: "internal",
      message: `Engine ${backend.name} failed while running: ${String(cause)}`,
      fix: "Nothing needs doing, the next engine is used; please report this.",
      cause,
    });
  } finally {
    if (tell) watch.listeners.delete(tell);
  }
}
