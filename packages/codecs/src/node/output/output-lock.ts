/**
 * One run at a time writes an output: a lock file beside it names the process at work. It holds as long as that process
 * lives, however long it computes without a pause; one left by a process that was killed is taken over.
 */

import { createHash, randomBytes } from "node:crypto";
import { link, lstat, open, readFile, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { TatamiError } from "@tatami/core";

/** A held lock. */
export interface OutputLock {
  /** Lets others write the output. */
  release(): Promise<void>;
}

/** Whose lock it is, as its file says. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When the process began, since numbers of processes are used again; null where the system does not tell. */
  readonly started: string | null;
  /** Name of the unfinished file, beside the lock. */
  readonly partial: string;
}

/** Milliseconds in which a lock's file gets its content. */
const timeToWrite = 10_000;

/**
 * Takes the lock of `output` for this process.
 *
 * @param output the file itself: see {@link realOutput}.
 * @param partial the unfinished file, beside the output: removed when the lock is taken over. "" for none.
 * @throws TatamiError `output-failed` when another run holds it; system errors as they are.
 */
export async function lockOutput(output: string, partial: string): Promise<OutputLock> {
  const path = lockPath(output);
  const { pid } = process;
  const mine = JSON.stringify({
    pid,
    host: hostname(),
    started: await beginOf(pid),
    partial: basename(partial),
  });
  for (;;) {
    if (await createWith(path, mine)) return { release: () => removeIf(path, mine) };
    const theirs = await readOrNone(path);
    if (theirs === undefined) continue;
    if (await isHeld(path, theirs)) throw beingWritten(output, path, theirs);
    await takeAway(path, theirs);
  }
}

/** Removes what a process that was killed has left of `output`: the unfinished file and the lock. */
export async function removeUnfinished(output: string, pid: number): Promise<void> {
  const path = lockPath(await realOutput(output).catch(() => output));
  const text = await readOrNone(path).catch(() => undefined);
  const owner = text === undefined ? undefined : parseOwner(text);
  if (text !== undefined && owner?.pid === pid && owner.host === hostname()) await takeAway(path, text);
}

/** The file that a path stands for, links followed; it need not exist. */
export async function realOutput(path: string): Promise<string> {
  let at = resolve(path);
  // as many links as Linux follows
  for (let links = 0; links < 40; links++) {
    const found = await lstat(at).catch(noneIfMissing);
    if (!found?.isSymbolicLink()) return join(await realpath(dirname(at)), basename(at));
    at = resolve(dirname(at), await readlink(at));
  }
  throw Object.assign(new Error("too many links"), { code: "ELOOP" });
}

/**
 * A name beside `output` that ends in `ending`. File systems hold 255 bytes a name: of a longer one the output's part
 * is a hash.
 */
export function besideOutput(output: string, ending: string): string {
  const name = basename(output);
  const isLong = Buffer.byteLength(name) + ending.length > 255;
  const stem = isLong ? createHash("sha256").update(name).digest("hex").slice(0, 32) : name;
  return join(dirname(output), `${stem}${ending}`);
}

function lockPath(output: string): string {
  return besideOutput(output, ".lock");
}

/** Whether it was there for us to create. */
async function createWith(path: string, text: string): Promise<boolean> {
  const file = await open(path, "wx").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") return undefined;
    throw error;
  });
  if (!file) return false;
  try {
    await file.writeFile(text);
    return true;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** Whether the process lives that wrote the lock. Of other machines that cannot be told, and they are believed. */
async function isHeld(path: string, text: string): Promise<boolean> {
  const owner = parseOwner(text);
  if (!owner) {
    // somebody else's file of that name is not ours to remove; one that stayed empty is of a run that died, or a full disk
    if (text !== "") return true;
    const found = await stat(path).catch(noneIfMissing);
    return found !== undefined && Date.now() - found.mtimeMs < timeToWrite;
  }
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it lives, and is somebody else's
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const started = await beginOf(owner.pid);
  return started === null || owner.started === null || started === owner.started;
}

/** Moves a dead lock aside before it is removed: whoever comes at the same time finds that it is gone. */
async function takeAway(path: string, text: string): Promise<void> {
  const aside = besideOutput(path, `.${randomBytes(4).toString("hex")}`);
  const isMoved = await rename(path, aside).then(
    () => true,
    (error: unknown) => noneIfMissing(error) ?? false,
  );
  if (!isMoved) return;
  if ((await readOrNone(aside)) === text) {
    const partial = parseOwner(text)?.partial;
    if (partial?.endsWith(".partial")) await rm(join(dirname(path), basename(partial)), { force: true });
  } else {
    // another run was quicker, and this is its lock
    await link(aside, path).catch(() => undefined);
  }
  await rm(aside, { force: true });
}

async function removeIf(path: string, text: string): Promise<void> {
  if ((await readOrNone(path)) === text) await rm(path, { force: true });
}

function readOrNone(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(noneIfMissing);
}

function noneIfMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}

function parseOwner(text: string): Owner | undefined {
  try {
    const { pid, host, started, partial } = JSON.parse(text) as Owner;
    const isWhole = Number.isInteger(pid) && typeof host === "string" && typeof partial === "string";
    return isWhole ? { pid, host, started, partial } : undefined;
  } catch {
    return undefined;
  }
}

/** Linux: field 22 of /proc/PID/stat (proc(5)), counted from the state, which follows the name in brackets. */
async function beginOf(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const [state = "", ...rest] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  // a process that was killed stays listed until its parent has taken note
  return /^[ZX]$/.test(state) ? "ended" : (rest[18] ?? null);
}

function beingWritten(output: string, path: string, text: string): TatamiError<"output-failed"> {
  const owner = parseOwner(text);
  const by = owner ? ` (process ${owner.pid} on ${owner.host})` : "";
  return new TatamiError({
    code: "output-failed",
    message: `${JSON.stringify(output)} is being written by another run${by}.`,
    fix: `Wait until that run ends, or name another output. If there is no such run, delete ${JSON.stringify(path)}.`,
    detail: { systemError: "EBUSY", ...(owner && { pid: owner.pid, host: owner.host }) },
  });
}
