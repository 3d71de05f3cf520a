/** A program that used the WebAssembly engine ends by itself. */

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const program = (disposes: boolean): string => `
  import { createWasmBackend } from "@tatami/runtime";
  import { loadModel } from "@tatami/zoo";
  const backend = await createWasmBackend({ threads: 3 });
  const shape = { batch: 1, width: 20, height: 20 };
  const executable = await backend.prepare(await loadModel("m5-x2"), shape);
  const input = { shape: [1, 1, 20, 20], data: new Float32Array(400).fill(0.5) };
  const { data } = await executable.infer(input);
  ${disposes ? "await executable[Symbol.asyncDispose](); await backend[Symbol.asyncDispose]();" : ""}
  console.log(backend.description + ": " + data.length);
`;

test.each([
  ["disposes of it", true],
  ["forgets to", false],
])("whether it %s or not", async (_, disposes) => {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program(disposes)], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    // one that stays is ended, with a signal that the test sees
    timeout: 60_000,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
  const end = await new Promise((resolve) => child.on("exit", (code, signal) => resolve(signal ?? code)));
  expect({ end, output }).toEqual({
    end: 0,
    output: expect.stringMatching(/^WebAssembly, .*3 threads: 1600\n$/),
  });
});
