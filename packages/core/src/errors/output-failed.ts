/** The error for a place that cannot be written to, with what the system's own code for it means. */

import { TatamiError } from "./errors.ts";

/** What a code says of the place, and what helps: POSIX's names (errno.h), which Node has on every system. */
const meanings: Readonly<Record<string, readonly [what: string, fix: string]>> = {
  EACCES: [
    "permission to write there is denied",
    "Write to a folder you may write to, or change its permissions.",
  ],
  EPERM: ["the system does not permit it", "Write to a folder you may write to, or change its permissions."],
  EROFS: ["that disk is read-only", "Write to another disk."],
  ENOSPC: ["no space is left on that disk", "Free some space on that disk, or write to another one."],
  EDQUOT: ["your share of that disk is used up", "Free some space on that disk, or write to another one."],
  EFBIG: ["a file of this size does not fit on that disk", "Write to a disk formatted for larger files."],
  ENOENT: ["its folder does not exist", "Create the folder first, or check the spelling of the path."],
  ENOTDIR: ["a folder of its path is a file", "Check the spelling of the path, or write to another folder."],
  EEXIST: ["a folder of its path is a file", "Check the spelling of the path, or write to another folder."],
  EISDIR: ["it is a folder", "Give the path of a file, not of a folder."],
  ENAMETOOLONG: ["the name is too long for that disk", "Give a shorter name."],
  ELOOP: ["its links lead in a circle", "Name the file itself, or remove the link."],
  EPIPE: ["nobody reads it any more", "Keep its reader open until the end."],
  EMFILE: ["too many files are open", "Close some programs, or raise the system's limit of open files."],
  ENFILE: ["too many files are open", "Close some programs, or raise the system's limit of open files."],
  EIO: ["the disk reports a fault", "Check the disk, or write to another one."],
};

/**
 * Makes it.
 *
 * @param where the output in words: a quoted path, "a stream".
 * @param cause what was thrown. What a system error means is told by its code.
 * @param what what happened, in words. @defaultValue the cause's own
 */
export function outputFailed(where: string, cause: unknown, what?: string): TatamiError<"output-failed"> {
  const code = systemCode(cause);
  const [meaning, fix] = (code !== undefined && meanings[code]) || [
    cause instanceof Error ? cause.message : String(cause),
    "Check that the place written to still exists and has room, then try again.",
  ];
  const known = code === undefined || what !== undefined ? "" : ` (${code})`;
  return new TatamiError({
    code: "output-failed",
    message: `${where} could not be written: ${what ?? meaning}${known}.`,
    fix,
    detail: code === undefined ? {} : { systemError: code },
    cause,
  });
}

/** The name of a system error, `ENOSPC` for instance. */
function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" && /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}
