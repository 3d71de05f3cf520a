/** A thread of Node's that enlarges pictures until none is left. */

import { parentPort, workerData } from "node:worker_threads";
import type { Lesson } from "./lesson.ts";
import { giveLesson } from "./lesson.ts";

await giveLesson(workerData as Lesson, (picture) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
  parentPort?.postMessage(picture);
});
// threads of a runtime may outlive its sessions
process.exit();
