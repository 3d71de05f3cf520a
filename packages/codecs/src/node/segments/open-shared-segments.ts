/** An output in segments at which several processes work at once, on one machine or on several with one folder. */

import { randomBytes } from "node:crypto";
import { chmod, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { SegmentedInit, SegmentedOutput } from "@tatami/core";
import { outputFailed, TatamiError, throwIfAborted } from "@tatami/core";
import { realOutput } from "../output/file/output-lock.ts";
import { joinParts } from "./join-parts.ts";
import type { Joined } from "./join-parts.ts";
import { differences, readManifest, writeManifest } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";
import { createOutput, enterFolder, lockFolder, pathOf, restoreJoined } from "./open-segments.ts";
import { syncFolder } from "./part-file.ts";
import type { Part } from "./part-file.ts";
import { checkParts, hasParts, removeOwn, segmentsFolder } from "./parts-folder.ts";
import { planSegments } from "./plan-segments.ts";
import type { SegmentSetup } from "./write-segment.ts";

/** What a process is there for. */
export type SharedRole =
  /** Cuts the input, or goes on with what an earlier run left: one process, before all others. */
  | "begin"
  /** Joins the parts. Where the disk has room for them and for the result they stay, else each goes once it was copied. */
  | "join"
  /**
   * Joins the parts where nobody else can, for instance since all processes are of one machine: each goes once its packets are
   * in the output, so that little more than the result's size is needed, and comes back where that does not come to be.
   */
  | "join-alone"
  /** Upscales this segment; other parts are not looked at. */
  | number;

/**
 * Opens an output for one of several processes that work at it: as {@link CodecDriver.openSegments}, but
 *
 * - nobody but who joins alone holds a lock, so whoever hands segments out sees to it that each is asked for once. Where one is written twice
 *   all the same, by a process that was taken for dead, each part is whole: it has a name of its own until it is finished,
 *   and then replaces the other, which is its equal;
 * - only who begins makes the folder and may throw away what another job left; others throw `output-failed` where what
 *   they would make does not fit the parts that are there;
 * - a joined file replaces the output in one step, and parts, or where they lie in it, stay until `discard` or
 *   {@link removeSegments}.
 *
 * @throws TatamiError `invalid-option` for an input that is no file; `output-failed`.
 */
export async function openSharedSegments(init: SegmentedInit, role: SharedRole): Promise<SegmentedOutput> {
  throwIfAborted(init.read?.signal);
  const { setup, depends, cut } = await planSegments(init);
  if (role === "begin") await restoreJoined(pathOf(init));
  const folder = role === "begin" ? await enterFolder(init) : await segmentsFolder(pathOf(init));
  const lock = role === "join-alone" ? await lockFolder(folder) : undefined;
  try {
    const before = await readManifest(folder);
    const differs = before && differences(before.depends, depends);
    const goesOn = before && differs?.length === 0;
    if (!goesOn && role !== "begin") throw unfit(folder, differs);
    const manifest: Manifest = goesOn ? before : { depends, segments: await cut() };
    if (!goesOn) {
      await removeOwn(folder, "");
      await writeManifest(folder, manifest);
    }
    const mine = manifest.segments.filter(({ index }) => typeof role !== "number" || index === role);
    const { kept, spoilt } = await checkParts(folder, mine, setup);
    return createOutput({
      setup,
      folder,
      manifest,
      kept,
      spoilt,
      ...(differs && !goesOn ? { differs } : {}),
      join: (parts) => (lock ? joinParts(setup, parts, folder) : joinAside(setup, folder, parts)),
      leave: async () => lock?.release(),
    });
  } catch (error) {
    await lock?.release();
    if (role === "begin" && !(await hasParts(folder))) await rmdir(folder).catch(() => undefined);
    throw error instanceof Error && "syscall" in error ? outputFailed(JSON.stringify(folder), error) : error;
  }
}

/**
 * Joins into a file of the folder, which then takes the output's name: whoever joined before and was ended on another
 * machine left a lock that nobody here can tell from a living one's.
 */
async function joinAside(setup: SegmentSetup, folder: string, parts: readonly Part[]): Promise<Joined> {
  const output = await realOutput(setup.init.output as string);
  const existing = await stat(output).catch(() => undefined);
  const { container } = setup.plan.encoding;
  const aside = join(folder, `joined-${randomBytes(4).toString("hex")}.${container}`);
  const joined = await joinParts({ ...setup, init: { ...setup.init, output: aside } }, parts);
  try {
    if (existing) await chmod(aside, existing.mode & 0o7777);
    await rename(aside, output);
    await syncFolder(dirname(output));
    return joined;
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

function unfit(folder: string, differs: readonly string[] | undefined): TatamiError<"output-failed"> {
  const name = JSON.stringify(folder);
  return new TatamiError({
    code: "output-failed",
    message: differs
      ? `The parts in ${name} were made otherwise than they would be here: ${differs.join(", ")}.`
      : `${name} is not there, or no longer what it was.`,
    fix: differs
      ? "Leave the input alone until its job is done, and run one version everywhere; then submit it again."
      : "Check that this machine sees the folder that the job was begun in, then submit the file again.",
    ...(differs && { detail: { differs: differs.join(", ") } }),
  });
}
