/** Executables that need not compute all of the windows they were prepared for. */

import type { Executable } from "@tatami/graph";

/** An executable whose jobs' windows may be smaller than its shape: what a smaller one needs is all that is computed. */
export interface SmallerWindows extends Executable {
  readonly smallerWindows: true;
}

/** Whether jobs of this executable may have windows of any size within its shape; else all must have just that. */
export function takesSmallerWindows(executable: Executable): executable is SmallerWindows {
  return "smallerWindows" in executable;
}
