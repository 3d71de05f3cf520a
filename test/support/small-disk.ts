/** A disk that is soon full: a file system of its own in memory (Linux). */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/**
 * Mounts one for this test, which asks for the superuser's rights, or for `sudo` without a password. Where there are
 * none nothing can be tested: that is said aloud, and under CI it is an error.
 *
 * @param options of tmpfs, for instance `size=64k` or `ro`.
 * @returns its folder, or nothing where none could be mounted.
 */
export function mountSmallDisk(options: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "tatami-disk-"));
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const asSuperuser = (...words: readonly string[]): void => {
    const [command, ...rest] = uid === 0 ? words : ["sudo", "-n", ...words];
    execFileSync(command!, rest, { stdio: "pipe" });
  };
  try {
    asSuperuser("mount", "-t", "tmpfs", "-o", `${options},uid=${uid},gid=${gid},mode=755`, "tmpfs", folder);
  } catch (error) {
    rmdirSync(folder);
    const message = `No disk could be mounted, so what becomes of a full one is NOT tested: ${String(error)}`;
    if (process.env["CI"]) throw new Error(message, { cause: error });
    console.error(message);
    return undefined;
  }
  onTestFinished(() => {
    asSuperuser("umount", folder);
    rmdirSync(folder);
  });
  return folder;
}
