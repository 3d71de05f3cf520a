/** Starts the engine's process. */

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { EngineProcess } from "./connect.ts";
import type { Request } from "./protocol.ts";

/** A process that runs `entry.js`, which lies beside this file once built. @param platform how it can be paused */
export function startProcess(platform: NodeJS.Platform = process.platform): EngineProcess {
  const child = fork(fileURLToPath(new URL("./entry.js", import.meta.url)), {
    // Typed arrays arrive as what they are.
    serialization: "advanced",
    execArgv: [...process.execArgv, ...relaxedSimd],
    // What libraries print is talk, never data; the input may come by the pipe this process was given.
    // The command's own standard output is handed on for a result that goes there, at `resultsFd`.
    stdio: ["inherit", 2, 2, "ipc", 1],
  });
  const exit = new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("exit", (code, signal) => resolve(signal ?? `code ${code}`));
  });
  // A message to a process that has just died is lost, as its death tells.
  const send = (request: Request): void => void child.send(request, () => {});
  return {
    // one that could not be started has none, and no file of its own either
    pid: child.pid ?? -1,
    send,
    onMessage: (listener) => void child.on("message", listener),
    onDeath: (listener) => void exit.then(listener),
    // Windows has no signal that stops a process: there the engine holds its frames
    setPaused: (isPaused) => {
      if (platform === "win32") send({ kind: "pause", isPaused });
      else child.kill(isPaused ? "SIGSTOP" : "SIGCONT");
    },
    async terminate() {
      child.kill("SIGKILL");
      await exit;
    },
  };
}

// Fused multiply-adds for the WebAssembly engine: Node 20 and 21 have them behind a flag that later ones do not know.
const relaxedSimd: readonly string[] = /^v2[01]\./.test(process.version)
  ? ["--experimental-wasm-relaxed-simd"]
  : [];
