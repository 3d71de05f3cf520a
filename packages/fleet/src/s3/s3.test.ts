import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { frameLedger } from "@tatami/core";
import { writeOnnx } from "@tatami/graph";
import { loadModel } from "@tatami/zoo";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, test, vi } from "vitest";
import { createEngine } from "../engine/engine.ts";
import type { WorkEngine } from "../engine/engine.ts";
import type { FileTask } from "../engine/open-job.ts";
import { connectFleet } from "../fleet.ts";
import { runLocally } from "../local.ts";
import { framesMd5, makeClip, readMedia, writeNearest } from "../testing/clips.ts";
import { startRedis } from "../testing/redis-server.ts";
import { startS3 } from "../testing/s3-server.ts";
import type { S3Server } from "../testing/s3-server.ts";
import { startWorkerProcess } from "../testing/worker-process.ts";
import { openS3, parseS3 } from "./client.ts";
import { openSource } from "./source.ts";

const root = await mkdtemp(join(tmpdir(), "tatami-s3-test-"));
const clip = join(root, "clip.mp4");
const there = "s3://films/a folder/clip+1 ü.mp4";
const { signal } = new AbortController();

let server: S3Server;
beforeAll(async () => {
  server = await startS3("films");
  await makeClip(clip, 40);
  await writeNearest(join(root, "nearest.onnx"));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(root, { recursive: true });
});
beforeEach(() => {
  frameLedger.reset();
  for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
});

const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

describe("objects", () => {
  it("are written, in parts where they are large, read in ranges, listed and removed", async () => {
    const s3 = await openS3();
    const bytes = randomBytes(40 * 2 ** 20);
    const path = join(root, "bytes");
    await writeFile(path, bytes);
    const url = "s3://films/some/large & odd=key?.bin";
    expect(await s3.look(url)).toBeUndefined();
    expect(await s3.download(url, join(root, "none"))).toBe(false);
    server.requests.length = 0;
    await s3.upload(path, url);
    expect(server.requests.filter((each) => each.includes("partNumber="))).toHaveLength(3);
    const { size, etag } = (await s3.look(url))!;
    expect(size).toBe(bytes.length);
    expect(md5(await s3.read(url, 1000, 2_000_000, etag))).toBe(md5(bytes.subarray(1000, 2_000_000)));
    expect(await s3.download(url, join(root, "back"))).toBe(true);
    expect(md5(await readFile(join(root, "back")))).toBe(md5(bytes));
    await s3.upload(clip, "s3://films/some/b.mp4");
    expect(await s3.list("s3://films/some/")).toEqual([
      "b.mp4",
      "large & odd=key?.bin".replace("&", "&amp;"),
    ]);
    await s3.remove(url);
    expect(await s3.list("s3://films/some/")).toEqual(["b.mp4"]);
  });

  it("are read where they are asked for, ahead where that goes on, and each block once", async () => {
    const s3 = await openS3();
    const bytes = randomBytes(20 * 2 ** 20);
    await writeFile(join(root, "bytes"), bytes);
    await s3.upload(join(root, "bytes"), "s3://films/blocks");
    server.requests.length = 0;
    const blob = (await openSource("s3://films/blocks")) as Blob;
    expect(blob.size).toBe(bytes.length);
    for (let at = 0; at < 9 * 2 ** 20; at += 65_536) {
      const part = await blob.slice(at, at + 65_536).arrayBuffer();
      expect(Buffer.from(part).equals(bytes.subarray(at, at + 65_536))).toBe(true);
    }
    const tail = new Uint8Array(await blob.slice(-100).arrayBuffer());
    expect(Buffer.from(tail).equals(bytes.subarray(-100))).toBe(true);
    expect(md5(new Uint8Array(await new Response(blob.stream()).arrayBuffer()))).toBe(md5(bytes));
    const ranges = server.requests.filter((each) => each.includes("bytes="));
    expect(ranges).toHaveLength(5);
    expect(new Set(ranges).size).toBe(5);
  });

  it("that cannot be had are told of, without what is secret", async () => {
    const secret = "wJalrXUtnFEMI-secret";
    const s3 = await openS3();
    await expect(openSource("s3://films/none.mp4")).rejects.toMatchObject({ code: "input-not-found" });
    await expect(s3.upload(clip, "s3://no-such-bucket/a.mp4")).rejects.toMatchObject({
      code: "output-failed",
      message: expect.stringContaining("NoSuchBucket"),
    });
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", secret);
    const wrong: unknown = await (
      await openS3()
    )
      .upload(clip, "s3://films/a.mp4")
      .catch((error: unknown) => error);
    expect(wrong).toMatchObject({
      code: "output-failed",
      message: expect.stringContaining("SignatureDoesNotMatch"),
    });
    vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:64999");
    const lost: unknown = await (await openS3()).look("s3://films/a.mp4").catch((error: unknown) => error);
    expect(lost).toMatchObject({ code: "connection-lost", message: expect.stringContaining("ECONNREFUSED") });
    for (const error of [wrong, lost])
      expect(`${JSON.stringify(error)} ${String((error as Error).stack)}`).not.toContain(secret);
    vi.stubEnv("AWS_ACCESS_KEY_ID", "");
    await expect(openS3()).rejects.toMatchObject({ code: "unsupported-environment" });
    for (const url of ["s3://films", "s3://films/", "s3://films/a/", "s3://FILMS/a", "s3:///a"])
      expect(() => parseS3(url)).toThrow("s3://BUCKET/KEY");
  });
});

describe("a file that is an object, and becomes one", () => {
  const options = { model: "nearest.onnx", backends: ["cpu"], segmentSeconds: 0.3 } as const;
  const taskFor = (output: string, more: Partial<FileTask> = {}): FileTask => ({
    input: there,
    output,
    root,
    options,
    ...more,
  });
  beforeAll(async () => {
    for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
    await (await openS3()).upload(clip, there);
  });

  it("is frame for frame what a file on the disk becomes, with sound and tags", async () => {
    const [local, object] = [join(root, "local.mp4"), "s3://films/out/made.mp4"];
    await runLocally({ ...taskFor(local), input: clip }, [createEngine({})], { signal });
    const engines = [createEngine({}), createEngine({})];
    expect(await runLocally(taskFor(object), engines, { signal })).toMatchObject({ frames: 40 });
    const s3 = await openS3();
    const back = join(root, "back.mp4");
    await s3.download(object, back);
    expect(await framesMd5(back)).toEqual(await framesMd5(local));
    expect((await readMedia(back)).sound).toEqual((await readMedia(local)).sound);
    expect((await readMedia(back)).title).toBe("Clip 0");
    expect(await s3.list("s3://films/out/")).toEqual(["made.mp4"]);
    expect((await readdir(tmpdir())).filter((name) => name.startsWith(`tatami-s3-${process.pid}-`))).toEqual(
      [],
    );
    expect(frameLedger.open).toBe(0);
  });

  it("is enlarged by networks that are objects as by those on the disk; another one of the name is noticed", async () => {
    const s3 = await openS3();
    const [network, other] = ["s3://films/networks/nearest.onnx", "s3://films/networks/m3-x2"];
    await s3.upload(join(root, "nearest.onnx"), network);
    const task = taskFor(join(root, "row.mp4"), {
      input: clip,
      options: { ...options, model: network, second: network, size: "3x" },
    });
    const here = { model: "nearest.onnx", second: "nearest.onnx", size: "3x" } as const;
    await using engine: WorkEngine = createEngine({});
    const made = (each: FileTask) => runLocally(each, [engine], { signal });
    expect(await made(task)).toMatchObject({ frames: 40 });
    await made({ ...task, output: join(root, "row-here.mp4"), options: { ...options, ...here } });
    expect(await framesMd5(task.output)).toEqual(await framesMd5(join(root, "row-here.mp4")));
    const none = { ...task, options: { ...options, model: "s3://films/networks/none.onnx" } };
    await expect(engine.begin(none, { signal })).rejects.toMatchObject({
      code: "input-not-found",
      message: "There is no object s3://films/networks/none.onnx.",
    });
    // an engine that has the network of this name at hand
    const again = { ...task, output: join(root, "again.mp4"), options: { ...options, model: other } };
    await s3.upload(join(root, "nearest.onnx"), other);
    expect(await engine.begin(again, { signal })).toMatchObject({ segments: 4 });
    await engine.segment(again, 0, { signal });
    await writeFile(join(root, "m3-x2.onnx"), writeOnnx(await loadModel("m3-x2")));
    await s3.upload(join(root, "m3-x2.onnx"), other);
    await expect(engine.segment(again, 1, { signal })).rejects.toMatchObject({
      code: "output-failed",
      message: expect.stringContaining("model"),
    });
    await engine.tidy(again, { signal });
  });

  it("leaves nothing of a process that was killed to the next one", async () => {
    const { pid } = await new Promise<ChildProcess>((resolve) => {
      const child = spawn(process.execPath, ["-e", ""]).on("exit", () => resolve(child));
    });
    const left = join(tmpdir(), `tatami-s3-${pid}-left`);
    await mkdir(left);
    await using engine: WorkEngine = createEngine({});
    await engine.begin(taskFor("s3://films/left/made.mp4"), { signal });
    expect(await readdir(tmpdir())).not.toContain(basename(left));
    await engine.tidy(taskFor("s3://films/left/made.mp4"), { signal });
  });

  it("goes on with what parts are there; one that is damaged is made again, another job's are thrown away", async () => {
    await using engine: WorkEngine = createEngine({});
    const output = "s3://films/parts/made.mp4";
    const task = taskFor(output);
    const s3 = await openS3();
    const parts = () => s3.list(`${output}.tatami/`);
    expect(await engine.begin(task, { signal })).toMatchObject({ segments: 4, pending: [0, 1, 2, 3] });
    for (const index of [0, 2])
      expect(await engine.segment(task, index, { signal })).toMatchObject({ frames: 10 });
    expect(await parts()).toEqual(["00000-10.part", "00002-10.part", "manifest.json"]);
    server.requests.length = 0;
    await engine.segment(task, 0, { signal });
    expect(server.requests.filter((each) => each.startsWith("PUT"))).toEqual([]);
    expect(await engine.begin(task, { signal })).toMatchObject({ pending: [1, 3], keptFrames: 20 });
    for (const index of [1, 3]) await engine.segment(task, index, { signal });
    await writeFile(join(root, "damaged"), "not a part");
    await s3.upload(join(root, "damaged"), `${output}.tatami/00002-10.part`);
    expect(await engine.join(task, { signal })).toEqual({ missing: [2] });
    expect(await engine.begin(task, { signal })).toMatchObject({ pending: [2], keptFrames: 30 });
    const other = { ...task, options: { ...options, quality: 30 } };
    expect(await engine.begin(other, { signal })).toMatchObject({ pending: [0, 1, 2, 3], keptFrames: 0 });
    await expect(engine.segment(task, 1, { signal })).rejects.toMatchObject({ code: "output-failed" });
    await engine.segment(other, 0, { signal });
    // the source is another one now
    const changed = join(root, "changed.mp4");
    await makeClip(changed, 40, 2);
    await s3.upload(changed, there);
    expect(await engine.begin(other, { signal })).toMatchObject({ pending: [0, 1, 2, 3] });
    await s3.upload(clip, there);
    await engine.tidy(other, { signal });
    expect(await parts()).toEqual([]);
    expect(await s3.look(output)).toBeUndefined();
  });
});

test(
  "a fleet takes objects; whoever has no credentials is told, and they are in no job and no event",
  { timeout: 60_000 },
  async () => {
    const redis = await startRedis();
    onTestFinished(() => redis[Symbol.asyncDispose]());
    const s3 = await openS3();
    await s3.upload(clip, there);
    const model = "s3://films/fleet-networks/nearest.onnx";
    await s3.upload(join(root, "nearest.onnx"), model);
    const where = { redis: redis.url, root };
    await using fleet = await connectFleet(where);
    const output = "s3://films/fleet/made.mp4";
    const job = { model, backends: ["cpu"], segmentSeconds: 0.3 } as const;
    await expect(fleet.submit([{ input: "s3://films/none.mp4", output }], job)).rejects.toMatchObject({
      code: "input-not-found",
    });
    await expect(fleet.submit([{ input: there, output: there }], job)).rejects.toThrow("the input itself");
    expect(await fleet.submit([{ input: there, output }], job)).toHaveLength(1);
    await using worker = await startWorkerProcess({ ...where, concurrency: 2, threads: 1 });
    const soon = { timeout: 40_000, interval: 100 };
    await vi.waitFor(async () => expect((await fleet.status()).counts).toMatchObject({ done: 1 }), soon);
    expect(await fleet.find(output)).toMatchObject({ state: "done", framesDone: 40, input: there, output });
    expect(await s3.list("s3://films/fleet/")).toEqual(["made.mp4"]);
    await expect(fleet.submit([{ input: there, output }], job)).rejects.toThrow("exists already");
    expect(await fleet.submit([{ input: there, output }], { ...job, skipExisting: true })).toEqual([]);
    expect(await fleet.submit([{ input: there, output }], { ...job, overwrite: true })).toHaveLength(1);
    const told = `${worker.printed()}${await redis.written()}`;
    expect(told).toContain("films");
    expect(told).not.toMatch(/S3RVER|AWS4-HMAC/);
  },
);
