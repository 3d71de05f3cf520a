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

/** Text lines posted together at most, when nothing is written meanwhile. */
const linesAtOnce = 64;

/** The worker's program, for a module worker. */
export const coreSource: string = `
let core;
let credit;
let lines = [];

const postLines = () => {
  if (lines.length > 0) postMessage({ kind: "lines", lines });
  lines = [];
};

// waits until the reader has taken enough of what was posted before
const takeCredit = () => {
  if (!credit) return;
  while (Atomics.load(credit, 0) <= 0) Atomics.wait(credit, 0, 0);
  Atomics.sub(credit, 0, 1);
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

// the core's own threads start from a copy of their file, which may then come from another origin
const copyOf = async (url) => URL.createObjectURL(await (await fetch(url)).blob());

const start = async ({ coreURL, workerURL: threadURL, wasmModule, file, shared }) => {
  const { default: createCore } = await import(coreURL);
  const workerURL = threadURL && (await copyOf(threadURL));
  credit = shared && new Int32Array(shared);
  core = await createCore({
    // both are what the core's own loader reads its files' addresses from
    mainScriptUrlOrBlob: coreURL + "#" + btoa(JSON.stringify({ wasmURL: "", workerURL })),
    instantiateWasm: (imports, receive) => {
      WebAssembly.instantiate(wasmModule, imports).then((instance) => receive(instance, wasmModule));
      return {};
    },
  });
  core.setLogger(({ message }) => {
    lines.push(message);
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

const run = ({ program, args, pieceBytes, files }) => {
  for (const { name, data } of files ?? []) core.FS.writeFile(name, data);
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
