/**
 * What runs in the worker that holds FFmpeg's core, as text, so that no bundler has to find a file.
 *
 * It takes one message that starts the core and then one a command; see `core-thread.ts` for their shapes. Commands
 * block the worker, so what FFmpeg writes is posted from inside: the core's device files call back while it runs.
 */

/** Where commands find the input. */
export const inputPath = "/input/file";

/** Where commands write what is to be posted. */
export const outputPath = "/output";

/** Milliseconds from the core's own threads giving back their lock to their end, amply: there are up to 32 of them. */
const threadEndingMs = 300;

/** Text lines posted together at most, when nothing is written meanwhile. */
const linesAtOnce = 64;

/** The worker's program, for a module worker. */
export const coreSource: string = `
let core;
// what is shared with the reader: pieces it still takes, and whether the command is to end
let state;
let lines = [];

const postLines = () => {
  if (lines.length > 0) postMessage({ kind: "lines", lines });
  lines = [];
};

// waits until the reader has taken enough of what was posted before
const takeCredit = () => {
  if (!state) return;
  while (Atomics.load(state, 0) <= 0) Atomics.wait(state, 0, 0);
  endIfTold();
  Atomics.sub(state, 0, 1);
};

// an error of writing, at which FFmpeg ends its threads and itself
const endIfTold = () => {
  if (Atomics.load(state, 1) === 1) throw new core.FS.ErrnoError(29);
};

// puts what FFmpeg writes together to pieces of a fixed size, or posts it as it comes where none is given
const createOutput = () => {
  let size = 0;
  let piece;
  let filled = 0;
  const post = (data) => {
    takeCredit();
    postLines();
    postMessage({ kind: "data", data }, [data.buffer]);
  };
  return {
    reset: (pieceBytes) => ((size = pieceBytes), (piece = undefined), (filled = 0)),
    end: () => {
      if (filled > 0) post(piece.slice(0, filled));
    },
    write: (heap, offset, length) => {
      if (size === 0) {
        const data = new Uint8Array(length);
        data.set(heap.subarray(offset, offset + length));
        post(data);
        return length;
      }
      for (let taken = 0; taken < length; ) {
        piece ??= new Uint8Array(size);
        const part = Math.min(size - filled, length - taken);
        piece.set(heap.subarray(offset + taken, offset + taken + part), filled);
        filled += part;
        taken += part;
        if (filled < size) continue;
        const data = piece;
        piece = undefined;
        filled = 0;
        post(data);
      }
      return length;
    },
  };
};
const output = createOutput();

const threadLock = lock + " threads";

// the core's own threads start from a copy of their file, which may then come from another origin, and hold a lock
const copyOf = async (url) => {
  const hold = "navigator.locks.request(" + JSON.stringify(threadLock) + ", { mode: 'shared' }, () => new Promise(() => {}));";
  return URL.createObjectURL(new Blob([hold, await (await fetch(url)).text()], { type: "text/javascript" }));
};

// a worker must not go before its own have gone, who give back their lock some milliseconds before they have
const end = async () => {
  core?.PThread?.terminateAllThreads();
  await navigator.locks.request(threadLock, () => {});
  await new Promise((resolve) => setTimeout(resolve, ${threadEndingMs}));
  close();
};

const start = async ({ coreURL, workerURL: threadURL, wasmModule, file, shared }) => {
  const { default: createCore } = await import(coreURL);
  const workerURL = threadURL && (await copyOf(threadURL));
  state = shared && new Int32Array(shared);
  let fail;
  const failed = new Promise((_, reject) => (fail = reject));
  const created = createCore({
    // both are what the core's own loader reads its files' addresses from
    mainScriptUrlOrBlob: coreURL + "#" + btoa(JSON.stringify({ wasmURL: "", workerURL })),
    instantiateWasm: (imports, receive) => {
      WebAssembly.instantiate(wasmModule, imports).then((instance) => receive(instance, wasmModule), fail);
      return {};
    },
  });
  core = await Promise.race([created, failed]);
  core.setLogger(({ message, type }) => {
    lines.push([message, type === "stderr"]);
    if (lines.length >= ${linesAtOnce}) postLines();
  });
  const { FS } = core;
  FS.mkdir("/input");
  if (file) FS.mount(FS.filesystems.WORKERFS, { blobs: [{ name: "file", data: file }] }, "/input");
  const device = FS.makedev(64, 64);
  FS.registerDevice(device, {
    open: (stream) => void (stream.seekable = false),
    write: (stream, heap, offset, length) => output.write(new Uint8Array(heap.buffer), heap.byteOffset + offset, length),
  });
  FS.mkdev("${outputPath}", device);
};

const run = ({ program, args, pieceBytes, before, files }) => {
  for (const { name, data } of files ?? []) core.FS.writeFile(name, data);
  if (before) core.exec(...before);
  output.reset(pieceBytes);
  core.reset();
  const status = program === "ffprobe" ? core.ffprobe(...args) : core.exec(...args);
  output.end();
  for (const { name } of files ?? []) core.FS.unlink(name);
  postLines();
  postMessage({ kind: "ended", status });
};

onmessage = async ({ data }) => {
  try {
    if (data.kind === "end") return end();
    if (core) return run(data);
    await ready;
    await start(data);
    postMessage({ kind: "started" });
  } catch (error) {
    postLines();
    postMessage({ kind: "failed", message: String(error?.message ?? error) });
  }
};
`;
