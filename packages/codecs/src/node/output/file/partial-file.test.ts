import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { TatamiError } from "@tatami/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeUnfinished } from "./output-lock.ts";
import type { PartialFile } from "./partial-file.ts";
import { createPartialFile } from "./partial-file.ts";
import { asNobody } from "../../../testing/as-nobody.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tatami-partial-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const begin = (name: string): Promise<PartialFile> => createPartialFile(join(folder, name), undefined);
const modeOf = async (name: string): Promise<number> => (await stat(join(folder, name))).mode & 0o7777;
const read = (name: string): Promise<string> => readFile(join(folder, name), "utf8");

async function errorOf(work: Promise<unknown>): Promise<TatamiError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!TatamiError.is(error)) throw new Error(`not a TatamiError: ${String(error)}`, { cause: error });
  return error;
}

describe("an output", () => {
  it("has its name only once it is whole, and nothing stays beside it", async () => {
    const file = await begin("a.mp4");
    expect(file).toMatchObject({
      seekable: true,
      path: expect.stringMatching(/\/a\.mp4\.[0-9a-f]{8}\.partial$/),
    });
    expect(await readdir(folder)).not.toContain("a.mp4");
    await writeFile(file.path, "film");
    expect(await file.commit()).toBe(4);
    expect(await readdir(folder)).toEqual(["a.mp4"]);
    expect(await read("a.mp4")).toBe("film");
  });

  it("that exists stays as it is until then, and when it is given up", async () => {
    await writeFile(join(folder, "a.mp4"), "old");
    const file = await begin("a.mp4");
    await writeFile(file.path, "half");
    expect(await read("a.mp4")).toBe("old");
    await file.discard();
    expect(await readdir(folder)).toEqual(["a.mp4"]);
    expect(await read("a.mp4")).toBe("old");
  });

  it("given up frees its space even while somebody has it open", async () => {
    const file = await begin("a.mp4");
    await writeFile(file.path, "much");
    const held = await open(file.path, "r");
    await file.discard();
    expect((await held.stat()).size).toBe(0);
    await held.close();
  });

  it.each([0o600, 0o640, 0o755])("keeps its mode %o, from the first byte on", async (mode) => {
    await writeFile(join(folder, "a.mp4"), "old");
    await chmod(join(folder, "a.mp4"), mode);
    const file = await begin("a.mp4");
    expect((await stat(file.path)).mode & 0o777).toBe(mode);
    await file.commit();
    expect(await modeOf("a.mp4")).toBe(mode);
  });

  it("may have a name as long as the disk takes", async () => {
    const name = `${"ä".repeat(125)}.mp4`;
    const file = await begin(name);
    await file.commit();
    expect(await readdir(folder)).toEqual([name]);
    expect(await errorOf(begin(`a${"ä".repeat(126)}.mp4`))).toMatchObject({
      code: "output-failed",
      message: expect.stringContaining("the name is too long for that disk (ENAMETOOLONG)"),
      fix: "Give a shorter name.",
    });
  });
});

describe("a link", () => {
  it("stays, and the file it leads to is replaced, mode kept", async () => {
    await mkdir(join(folder, "real"));
    await writeFile(join(folder, "real/film.mp4"), "old");
    await chmod(join(folder, "real/film.mp4"), 0o600);
    await symlink("real/film.mp4", join(folder, "inner.mp4"));
    await symlink("inner.mp4", join(folder, "a.mp4"));
    const file = await begin("a.mp4");
    expect(await readdir(join(folder, "real"))).toHaveLength(3);
    await writeFile(file.path, "film");
    await file.commit();
    expect(await readlink(join(folder, "a.mp4"))).toBe("inner.mp4");
    expect(await read("real/film.mp4")).toBe("film");
    expect(await modeOf("real/film.mp4")).toBe(0o600);
    expect(await readdir(join(folder, "real"))).toEqual(["film.mp4"]);
  });

  it("that leads to nothing yet makes the file it names", async () => {
    await mkdir(join(folder, "real"));
    await symlink("real/new.mp4", join(folder, "a.mp4"));
    await (await begin("a.mp4")).commit();
    expect((await lstat(join(folder, "a.mp4"))).isSymbolicLink()).toBe(true);
    expect(await readdir(join(folder, "real"))).toEqual(["new.mp4"]);
  });

  it("that leads in a circle is refused", async () => {
    await symlink("b.mp4", join(folder, "a.mp4"));
    await symlink("a.mp4", join(folder, "b.mp4"));
    expect((await errorOf(begin("a.mp4"))).message).toContain("its links lead in a circle (ELOOP)");
  });

  it("to the input is the input", async () => {
    const input = join(folder, "in.mp4");
    await writeFile(input, "film");
    await symlink("in.mp4", join(folder, "soft.mp4"));
    await link(input, join(folder, "hard.mp4"));
    for (const name of ["in.mp4", "soft.mp4", "hard.mp4"])
      for (const given of [input, pathToFileURL(input)])
        expect((await errorOf(createPartialFile(join(folder, name), given))).code).toBe("invalid-option");
    expect(await read("in.mp4")).toBe("film");
  });
});

describe("what is no file", () => {
  it("/dev/null is written to as it is", async () => {
    const file = await createPartialFile("/dev/null", undefined);
    expect(file).toMatchObject({ path: "/dev/null", seekable: false });
    await writeFile(file.path, "film");
    expect(await file.commit()).toBe(0);
    expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
  });

  it("a FIFO is written to as it is, by one run at a time", async () => {
    execFileSync("mkfifo", [join(folder, "a.mp4")]);
    const file = await begin("a.mp4");
    expect(file).toMatchObject({ path: join(folder, "a.mp4"), seekable: false });
    expect((await errorOf(begin("a.mp4"))).message).toContain("is being written by another run");
    const [got] = await Promise.all([read("a.mp4"), writeFile(file.path, "film")]);
    expect(got).toBe("film");
    await file.commit();
    expect(await readdir(folder)).toEqual(["a.mp4"]);
    expect((await stat(join(folder, "a.mp4"))).isFIFO()).toBe(true);
  });

  it("a folder and a socket are refused", async () => {
    await mkdir(join(folder, "a.mp4"));
    expect(await errorOf(begin("a.mp4"))).toMatchObject({
      code: "output-failed",
      message: expect.stringContaining("it is a folder (EISDIR)"),
    });
    const { createServer } = await import("node:net");
    const server = createServer().listen(join(folder, "s.mp4"));
    await once(server, "listening");
    expect((await errorOf(begin("s.mp4"))).message).toContain("is a socket");
    server.close();
  });
});

describe("places that cannot be written to", () => {
  it.each([
    ["none/a.mp4", "its folder does not exist (ENOENT)"],
    ["file/a.mp4", "a folder of its path is a file (ENOTDIR)"],
  ])("%s: %s", async (name, message) => {
    await writeFile(join(folder, "file"), "");
    const error = await errorOf(begin(name));
    expect(error.code).toBe("output-failed");
    expect(error.message).toBe(`${JSON.stringify(join(folder, name))} could not be written: ${message}.`);
  });

  it("a folder and a file that are not ours to write", async () => {
    await mkdir(join(folder, "closed"));
    await writeFile(join(folder, "closed/old.mp4"), "old");
    await writeFile(join(folder, "old.mp4"), "old", { mode: 0o444 });
    await chmod(join(folder, "closed"), 0o555);
    await chmod(folder, 0o777);
    await asNobody(async () => {
      for (const name of ["closed/a.mp4", "closed/old.mp4", "old.mp4"]) {
        expect(await errorOf(begin(name))).toMatchObject({
          message: expect.stringContaining("permission to write there is denied (EACCES)"),
          fix: "Write to a folder you may write to, or change its permissions.",
        });
      }
      await (await begin("new.mp4")).commit();
    });
    expect(await read("old.mp4")).toBe("old");
    expect((await readdir(folder)).sort()).toEqual(["closed", "new.mp4", "old.mp4"]);
  });
});

describe("an output being written", () => {
  it("is refused, and names who writes it; afterwards it is free", async () => {
    const first = await begin("a.mp4");
    const error = await errorOf(begin("a.mp4"));
    expect(error.message).toContain(
      `is being written by another run (process ${process.pid} on ${hostname()})`,
    );
    expect(error.fix).toContain(JSON.stringify(join(folder, "a.mp4.lock")));
    await symlink("a.mp4", join(folder, "b.mp4"));
    expect((await errorOf(begin("b.mp4"))).code).toBe("output-failed");
    await first.commit();
    await (await begin("a.mp4")).discard();
    expect((await readdir(folder)).sort()).toEqual(["a.mp4", "b.mp4"]);
  });

  it("of many at once one is the writer", async () => {
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => begin("a.mp4")));
    const held = all.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    expect(held).toHaveLength(1);
    await held[0]!.discard();
    expect(await readdir(folder)).toEqual([]);
  });

  it("by a process that was killed is taken over, and what it left is removed", async () => {
    const pid = await lockAndDie("a.mp4", "a.mp4.12345678.partial");
    expect((await readdir(folder)).sort()).toEqual(["a.mp4.12345678.partial", "a.mp4.lock"]);
    expect(await read("a.mp4.lock")).toContain(String(pid));
    // Twenty see the dead lock at once; one becomes its heir.
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => begin("a.mp4")));
    const held = all.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    expect(held).toHaveLength(1);
    expect((await readdir(folder)).filter((name) => name.endsWith(".partial"))).toHaveLength(1);
    await held[0]!.discard();
    expect(await readdir(folder)).toEqual([]);
  });

  it("by a process whose number another one has now is taken over", async () => {
    const owner = { pid: process.pid, host: hostname(), started: "1", partial: "x.partial" };
    await writeFile(join(folder, "a.mp4.lock"), JSON.stringify(owner));
    await (await begin("a.mp4")).discard();
    expect(await readdir(folder)).toEqual([]);
  });

  it("by who knows whom, whose lock is empty, is taken over once it is old", async () => {
    const lock = join(folder, "a.mp4.lock");
    await writeFile(lock, "");
    expect((await errorOf(begin("a.mp4"))).message).toMatch(/is being written by another run\.$/);
    await utimes(lock, 1e9, 1e9);
    await (await begin("a.mp4")).discard();
    expect(await readdir(folder)).toEqual([]);
  });

  it("as far as anybody can tell, since a file has the lock's name, is left alone, and so is that file", async () => {
    const lock = join(folder, "a.mp4.lock");
    await writeFile(lock, "my notes");
    await utimes(lock, 1e9, 1e9);
    expect((await errorOf(begin("a.mp4"))).fix).toContain(`delete ${JSON.stringify(lock)}`);
    expect(await readFile(lock, "utf8")).toBe("my notes");
  });

  it("on another machine is believed", async () => {
    const owner = { pid: 1, host: "elsewhere", started: null, partial: "x.partial" };
    await writeFile(join(folder, "a.mp4.lock"), JSON.stringify(owner));
    expect((await errorOf(begin("a.mp4"))).message).toContain("(process 1 on elsewhere)");
  });

  it("is freed for a process that somebody had to end", async () => {
    const pid = await lockAndDie("a.mp4", "a.mp4.12345678.partial");
    await removeUnfinished(join(folder, "a.mp4"), pid + 1);
    expect(await readdir(folder)).toHaveLength(2);
    await removeUnfinished(join(folder, "a.mp4"), pid);
    expect(await readdir(folder)).toEqual([]);
    await removeUnfinished(join(folder, "none/a.mp4"), pid);
  });
});

/** Locks an output from a process that is killed before it can tidy up; gives the process's number. */
async function lockAndDie(name: string, partial: string): Promise<number> {
  const program = `
    const { lockOutput } = await import(process.argv[1]);
    const { writeFileSync } = await import("node:fs");
    writeFileSync(process.argv[3], "half");
    await lockOutput(process.argv[2], process.argv[3]);
    process.kill(process.pid, "SIGKILL");`;
  const built = new URL("../../../../dist/node/output/file/output-lock.js", import.meta.url).href;
  const paths = [join(folder, name), join(folder, partial)];
  const child = spawn(process.execPath, ["--input-type=module", "-e", program, built, ...paths]);
  let talk = "";
  child.stderr.on("data", (text) => (talk += text));
  const [, signal] = await once(child, "exit");
  if (signal !== "SIGKILL" || child.pid === undefined)
    throw new Error(`it did not die as it should: ${talk}`);
  return child.pid;
}
