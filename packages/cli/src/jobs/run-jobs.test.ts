import { stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TatamiError } from "@tatami/core";
import { describe, expect, it } from "vitest";
import { fakeReport, runFake } from "../testing/fake-shell.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";

const damaged = new TatamiError({ code: "damaged-input", message: "It ends early.", fix: "Copy it again." });

const upscale = async (input: string) => {
  if (input.endsWith("b.mp4")) throw damaged;
  return fakeReport;
};

describe("a batch", () => {
  it("shares one upscaler, goes on after a failure, and sums up", async () => {
    const cwd = await createTemporaryFolder("a.mp4", "b.mp4", "c.mp4", "c.2x.mp4");
    const argv = ["upscale", "a.mp4", "b.mp4", "c.mp4", "none.mp4"];
    const { code, stdout, stderr, calls } = await runFake(argv, { cwd, upscale });
    expect(code).toBe(1);
    expect(calls.map(({ name }) => name)).toEqual(["createEngine", "upscale", "upscale", "dispose"]);
    expect(stderr).toBe(
      "error: b.mp4: It ends early. [damaged-input]\n  → Copy it again.\n" +
        "error: c.mp4: c.2x.mp4 exists already. [output-failed]\n  → Give --overwrite to replace it, or another --output.\n" +
        "error: none.mp4: There is no file none.mp4. [input-not-found]\n" +
        "  → Check the name; it is looked up from the current folder.\n",
    );
    expect(stdout.slice(stdout.indexOf("\n\n") + 2)).toMatchInlineSnapshot(`
      "input     output    result                   frames  fps    size
      a.mp4     a.2x.mp4  done                        120   24  1.2 MB
      b.mp4               failed: damaged-input
      c.mp4               failed: output-failed
      none.mp4            failed: input-not-found
      4 files: 1 done, 3 failed
        b.mp4 [damaged-input] → Copy it again.
        c.mp4 [output-failed] → Give --overwrite to replace it, or another --output.
        none.mp4 [input-not-found] → Check the name; it is looked up from the current folder.
      "
    `);
  });

  it("exits 0 when all went well, into a folder that is made", async () => {
    const cwd = await createTemporaryFolder("a.mp4", "b.mp4");
    const { code, stdout } = await runFake(["upscale", "*.mp4", "-o", "out"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("2 files: 2 done, none failed\n");
    expect(stdout).toContain("out/a.2x.mp4");
    // It is there now, and empty: the fake wrote nothing.
    expect((await runFake(["upscale", "*.mp4", "-o", "out"], { cwd })).code).toBe(0);
  });

  it("--json prints one object a line, failures among them, and no table", async () => {
    const cwd = await createTemporaryFolder("a.mp4", "b.mp4");
    const { code, stdout } = await runFake(["upscale", "*.mp4", "--json"], { cwd, upscale });
    expect(code).toBe(1);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { file: "a.mp4", outputFile: "a.2x.mp4", frames: 120 },
      { file: "b.mp4", outputFile: "b.2x.mp4", error: { code: "damaged-input", fix: "Copy it again." } },
    ]);
    expect(lines[1].error).not.toHaveProperty("stack");
  });

  it("says which file it is at", async () => {
    const cwd = await createTemporaryFolder("a.mp4", "b.mp4");
    let time = 0;
    const { stderr } = await runFake(["upscale", "*.mp4"], { cwd, now: () => (time += 6000) });
    expect(stderr).toContain("[1/2] a.mp4  120/120 frames");
    expect(stderr).toContain("[2/2] b.mp4  120/120 frames");
  });

  it("starts no engine when no file can be worked on", async () => {
    const cwd = await createTemporaryFolder();
    const { code, calls } = await runFake(["upscale", "a.mp4", "*.mkv"], { cwd });
    expect(code).toBe(1);
    expect(calls).toEqual([]);
  });

  it("an engine that does not start fails the whole, once", async () => {
    const cwd = await createTemporaryFolder("a.mp4", "b.mp4");
    const library = { createEngine: () => Promise.reject(damaged) };
    const { code, stderr } = await runFake(["upscale", "*.mp4"], { cwd, library });
    expect(code).toBe(1);
    expect(stderr).toBe("error: It ends early. [damaged-input]\n  → Copy it again.\n");
  });
});

describe("where outputs go", () => {
  it("a folder that cannot be made is one error", async () => {
    const cwd = await createTemporaryFolder("a.mp4", "file.txt");
    const { code, stderr } = await runFake(["upscale", "a.mp4", "-o", "file.txt/o.mp4"], { cwd });
    expect(code).toBe(1);
    expect(stderr).toBe(
      'error: "file.txt/o.mp4" could not be written: a folder of its path is a file (EEXIST). [output-failed]\n' +
        "  → Check the spelling of the path, or write to another folder.\n",
    );
  });

  it("--keep-times gives each output its input's times, as they were before it was read", async () => {
    const cwd = await createTemporaryFolder("a.mp4", "b.mp4");
    const taken = { "a.mp4": [1_622_865_782.25, 1_622_865_781.125], "b.mp4": [1e9, 2e9] } as const;
    for (const [name, [read, changed]] of Object.entries(taken)) await utimes(join(cwd, name), read, changed);
    const writing = async (input: string, { output }: { readonly output: string }) => {
      await utimes(input, new Date(), new Date());
      await writeFile(output, "film");
      return fakeReport;
    };
    const argv = ["upscale", "a.mp4", "b.mp4", "-o", "out", "--keep-times"];
    expect((await runFake(argv, { cwd, upscale: writing })).code).toBe(0);
    for (const [name, times] of Object.entries(taken)) {
      const { atimeMs, mtimeMs } = await stat(join(cwd, "out", name.replace(".", ".2x.")));
      expect([atimeMs / 1000, mtimeMs / 1000]).toEqual(times);
    }
  });

  it("without it they are those of the writing", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    await utimes(join(cwd, "a.mp4"), 1e9, 1e9);
    const writing = async (_input: string, { output }: { readonly output: string }) => {
      await writeFile(output, "film");
      return fakeReport;
    };
    await runFake(["upscale", "a.mp4"], { cwd, upscale: writing });
    expect((await stat(join(cwd, "a.2x.mp4"))).mtimeMs).toBeGreaterThan(1.5e12);
  });
});

describe("Ctrl-C", () => {
  it("stops the job and those after it, disposes of the engine, and exits 130", async () => {
    const cwd = await createTemporaryFolder("a.mp4", "b.mp4");
    const controller = new AbortController();
    const started: string[] = [];
    const upscaleThenStop = async (input: string) => {
      started.push(input);
      controller.abort(new DOMException("Interrupted.", "AbortError"));
      throw controller.signal.reason;
    };
    const run = await runFake(["upscale", "*.mp4"], {
      cwd,
      upscale: upscaleThenStop,
      signal: controller.signal,
      isTerminal: true,
    });
    expect(run.code).toBe(130);
    expect(started).toHaveLength(1);
    expect(run.calls.map(({ name }) => name)).toContain("dispose");
    expect(run.stdout).toBe("");
    // The bar is cleared and the cursor shown before anything else is said.
    expect(run.stderr.replaceAll("\u001B", "ESC")).toMatch(
      /ESC\[\?25h[^]*ESC\[2KInterrupted\. No unfinished file is left\.\n$/,
    );
  });

  it("is told from an error even when the library wraps the abort", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const controller = new AbortController();
    const upscaleWrapped = async () => {
      controller.abort(new Error("stop"));
      throw damaged;
    };
    const run = await runFake(["upscale", "a.mp4"], {
      cwd,
      upscale: upscaleWrapped,
      signal: controller.signal,
    });
    expect(run).toMatchObject({ code: 130, stderr: "Interrupted. No unfinished file is left.\n" });
  });

  it("before the model is loaded exits 130 too", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const signal = AbortSignal.abort(new Error("stop"));
    const library = { loadModel: () => Promise.reject(signal.reason as Error) };
    expect((await runFake(["upscale", "a.mp4"], { cwd, library, signal })).code).toBe(130);
  });
});
