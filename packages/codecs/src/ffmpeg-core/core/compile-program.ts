/** What runs in a worker that compiles a module and ends; what runs is the text that a build makes of it. */

import { compileModule } from "./compile-module.ts";

/** The module, or why there is none. */
export type CompileAnswer = WebAssembly.Module | string;

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
const send = (answer: CompileAnswer): void => postMessage(answer);

addEventListener("message", ({ data: url }: MessageEvent<string>) => {
  compileModule(url).then(send, (error: unknown) =>
    send(error instanceof Error ? error.message : String(error)),
  );
});
