import { TatamiError } from "@tatami/core";
import { describe, expect, it } from "vitest";
import { runFake } from "./testing/fake-shell.ts";
import { createTemporaryFolder } from "./testing/temporary-folder.ts";

const commands = [
  "upscale",
  "models",
  "inspect",
  "try",
  "compare",
  "train",
  "evaluate",
  "fold",
  "export",
  "report",
];

describe("main", () => {
  it.each([[["--help"]], [["-h"]]])("%j prints help on stdout", async (argv) => {
    const { code, stdout, stderr } = await runFake(argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("tatami COMMAND [flags]");
    for (const name of commands) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, "m"));
  });

  it.each([[["--version"]], [["-v"]]])("%j prints the version", async (argv) => {
    const { code, stdout } = await runFake(argv);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("without a command help goes to stderr, as wrong usage", async () => {
    const { code, stdout, stderr } = await runFake([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("tatami COMMAND [flags]");
  });

  it.each(commands)("%s --help prints every flag and examples", async (name) => {
    const { code, stdout } = await runFake([name, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain(`tatami ${name} `);
    expect(stdout).toContain("--json");
    expect(stdout).toMatch(new RegExp(`Examples\n {2}tatami ${name}`));
    expect(stdout).toBe((await runFake([name, "-h", "--nonsense"])).stdout);
  });

  it("upscale --help is this", async () => {
    expect((await runFake(["upscale", "--help"])).stdout).toMatchSnapshot();
  });

  it.each<[readonly string[], string, string]>([
    [["upscael"], "upscael is not a command.", "Did you mean upscale?"],
    [["clip.mp4"], "clip.mp4 is not a command.", "tatami upscale clip.mp4"],
    [["--json", "models"], "--json stands before the command.", "Put the command first"],
    [["models", "a.mp4"], "tatami models takes no files", "tatami models"],
    [["models", "--yaml"], "--yaml is not a flag", "--help"],
    [["inspect"], "tatami inspect takes one file", "tatami inspect FILE"],
    [["inspect", "a.mp4", "b.mp4"], "tatami inspect takes one file", "tatami inspect FILE"],
    [["inspect", "*.mp4"], "*.mp4 matches 2 files.", "Name one"],
    [["upscale"], "There is nothing to upscale.", "tatami upscale clip.mp4"],
    [["upscale", "a.mp4", "--modle", "m5-x2"], "--modle is not a flag", "--model?"],
    [["upscale", "a.mp4", "--scale", "3"], "--scale must be one of 2, 4", "--scale"],
    [["upscale", "a.mp4", "--scale", "4", "--model", "m5-x2"], "m5-x2 upscales by 2, not by 4.", "--scale 4"],
    [["upscale", "a.mp4", "--codec", "h264"], "--codec must be one of avc, hevc, vp9, av1", "--codec"],
    [
      ["upscale", "a.mp4", "--container", "avi"],
      "--container must be one of mp4, mov, webm, mkv",
      "--container",
    ],
    [["upscale", "a.mp4", "--bitrate", "fast"], "--bitrate must be a bitrate", "--bitrate"],
    [
      ["upscale", "a.mp4", "--quality", "101"],
      "--quality must be a whole number from 1 to 100, not 101",
      "--quality",
    ],
    [["upscale", "a.mp4", "--quality", "5", "--bitrate", "2M"], "are both given", "one of them"],
    [["upscale", "a.mp4", "--audio", "off"], "--audio must be one of auto, copy, encode, drop", "--audio"],
    [["upscale", "a.mp4", "--trim", "5-1"], "--trim must be a-b with a before b", "--trim"],
    [
      ["upscale", "a.mp4", "--backend", "gpu"],
      "--backend must be one of webgpu, onnx-webgpu, wasm, onnx-wasm, cpu",
      "--backend",
    ],
    [
      ["upscale", "a.mp4", "--threads", "0"],
      "--threads must be a whole number from 1 to 64, not 0",
      "--threads",
    ],
    [
      ["upscale", "a.mp4", "--patch", "1.5"],
      '--patch must be a whole number from 8 to 4096, not "1.5"',
      "--patch",
    ],
    [["upscale", "a.mp4", "--batch", "x"], "--batch must be a whole number from 1 to 1024", "--batch"],
    [["upscale", "a.mp4", "--dry-run=no"], "--dry-run takes no value", "--dry-run"],
    [["upscale", "a.mp4", "-o"], "-o needs a value", "-o PATH"],
    [["upscale", "a.mp4", "-o", "a.mp4", "-y"], "a.mp4 is the input itself.", "--output"],
    [["upscale", "a.mp4", "b.mp4", "-o", "c.txt"], "--output must be a folder", "folder"],
    [["upscale", "a.mp4", "-o", "b.bin"], "--output must be a file name that ends in", "--container"],
    [["upscale", "-", "a.mp4"], "- gives its result no name.", "a command of its own"],
    [["upscale", "-", "-o", "o.mp4", "--keep-times"], "- is no single file", "--keep-times"],
    [
      ["upscale", "a.mp4", "-o", "/dev/stderr", "--container", "mp4"],
      "a stream of this command's own",
      "FIFO",
    ],
    [
      ["upscale", "a.mp4", "-o", "/dev/null", "--container", "mp4", "--keep-times"],
      "/dev/null is no file",
      "--keep-times",
    ],
  ])("wrong usage: %j", async (argv, message, fix) => {
    const cwd = await createTemporaryFolder("a.mp4", "b.mp4", "c.txt");
    const { code, stdout, stderr, calls } = await runFake(argv, { cwd });
    expect({ code, stdout: stdout.replace(/^\{"error".*\n/, "") }).toEqual({ code: 2, stdout: "" });
    const [first, second, ...rest] = stderr.split("\n");
    expect(first).toMatch(/^error: .* \[invalid-option\]$/);
    expect(first).toContain(message);
    expect(second).toMatch(/^ {2}→ .*\.$/);
    expect(second).toContain(fix);
    expect(rest).toEqual([""]);
    expect(calls.map(({ name }) => name)).not.toContain("upscale");
  });

  it.each<[readonly string[], string, number]>([
    [["upscale", "a.mp4", "--json", "--modle", "m5-x2"], "--modle is not a flag of this command.", 2],
    [["upscale", "--json"], "There is nothing to upscale.", 2],
    [["inspect", "--json"], "tatami inspect takes one file, and was given 0.", 2],
    [["inspect", "none.mp4", "--json"], "There is no file none.mp4.", 1],
    [["inspect", "a.mp4", "--json"], "It is no film.", 1],
    [["models", "--json", "a.mp4"], "tatami models takes no files, and was given a.mp4.", 2],
    [["--json"], "--json stands before the command.", 2],
  ])("%j fails in JSON, and in words beside it", async (argv, message, status) => {
    const cwd = await createTemporaryFolder("a.mp4");
    const unread = {
      code: "unsupported-container",
      message: "It is no film.",
      fix: "Choose another.",
    } as const;
    const library = { inspect: () => Promise.reject(new TatamiError(unread)) };
    const { code, stdout, stderr } = await runFake(argv, { cwd, library });
    expect(code).toBe(status);
    expect(stdout).toMatch(/^\{.*\}\n$/);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; fix: string } };
    expect(error).toMatchObject({ message, fix: expect.stringMatching(/\.$/) });
    expect(stderr).toContain(`${message} [${error.code}]`);
  });

  it("a file named --json asks for nothing", async () => {
    const { stdout } = await runFake(["models", "--", "--json"]);
    expect(stdout).toBe("");
  });

  it("an error of the library is printed with fix and code, in the words of the flags", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const error = new TatamiError({
      code: "invalid-option",
      message: "options.patchSize must be a whole number from 8 to 4096, not 5.",
      fix: "Set options.patchSize to a whole number from 8 to 4096.",
    });
    const library = { createEngine: () => Promise.reject(error) };
    const { code, stderr } = await runFake(["upscale", "a.mp4", "--patch", "64"], { cwd, library });
    expect(code).toBe(2);
    expect(stderr).toBe(
      "error: --patch must be a whole number from 8 to 4096, not 5. [invalid-option]\n" +
        "  → Set --patch to a whole number from 8 to 4096.\n",
    );
  });

  it.each([
    ["Set options.backends to wasm.", "Set --backend to wasm."],
    ["Choose another codec (encode.codec or --codec).", "Choose another codec (--codec)."],
    ["Move the cut (read.start and read.end, or --trim).", "Move the cut (--trim)."],
    ["Give options.patchSize, --patch-size or open.toSdr.", "Give --patch, --patch-size or --to-sdr."],
    ["Give options.wasmPaths.", "Give options.wasmPaths."],
  ])("%s becomes %s", async (fix, said) => {
    const library = {
      inspect: () => Promise.reject(new TatamiError({ code: "internal", message: "No.", fix })),
    };
    const cwd = await createTemporaryFolder("a.mp4");
    const { stderr } = await runFake(["inspect", "a.mp4"], { cwd, library });
    expect(stderr).toContain(`→ ${said}\n`);
  });

  it.each([
    ["mkdir", '"/a/b" could not be written: permission to write there is denied (EACCES). [output-failed]'],
    ["scandir", "The system refuses: EACCES: permission denied, scandir '/a/b'. [input-not-found]"],
  ])("what the system refuses (%s) is no fault of ours", async (syscall, said) => {
    const message = `EACCES: permission denied, ${syscall} '/a/b'`;
    const error = Object.assign(new Error(message), { code: "EACCES", syscall, path: "/a/b" });
    const library = {
      listModels: () => {
        throw error;
      },
    };
    const { code, stderr } = await runFake(["models"], { library });
    expect(code).toBe(1);
    expect(stderr.split("\n")[0]).toBe(`error: ${said}`);
  });

  it("what is no TatamiError is a fault, printed with its stack", async () => {
    const library = {
      listModels: () => {
        throw new RangeError("boom");
      },
    };
    const { code, stderr } = await runFake(["models"], { library });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: RangeError: boom\n {4}at [^]*\[internal\]\n {2}→ Report this/);
  });

  it("errors are red on a terminal", async () => {
    expect((await runFake(["nonsense"], { isTerminal: true })).stderr).toContain("\u001B[31merror\u001B[39m");
    expect((await runFake(["nonsense"], { isTerminal: true, env: { NO_COLOR: "1" } })).stderr).not.toContain(
      "\u001B",
    );
  });
});
