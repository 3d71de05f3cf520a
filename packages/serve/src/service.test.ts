import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TatamiError } from "@tatami/core";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it, onTestFinished, test, vi } from "vitest";
import { startService } from "./service.ts";
import type { JobView } from "./jobs/job.ts";
import { begin, listen, soon, startTestService, video } from "./testing/test-service.ts";

describe("a job", () => {
  it("is taken on, tells how far it is, and gives its result", async () => {
    const service = await startTestService();
    const query = "?name=../my%20film.mp4&size=1080p&quality=60&toSdr=true&start=1.5";
    const answer = await service.ask(`/jobs${query}`, { method: "POST", body: video });
    const job = answer.body as JobView;
    expect(answer.status).toBe(202);
    expect(answer.headers.get("location")).toBe(`/jobs/${job.id}`);
    const asked = { size: "1080p", quality: 60, toSdr: true, start: 1.5 };
    expect(job).toMatchObject({ name: "my film.mp4", state: "waiting", options: asked });
    await vi.waitFor(() => expect(service.held).toHaveLength(1), soon);
    const { task } = service.held[0]!;
    expect(task.options).toEqual({ ...asked, maxPixels: 4096 * 2160 });
    expect(createHash("md5").update(video).digest("hex")).toBe(await md5(task.input));
    expect(await service.ask(`/jobs/${job.id}/result`)).toMatchObject({
      status: 409,
      body: { code: "result-not-ready" },
    });
    const listening = listen(`${service.url}/jobs/${job.id}/events`);
    service.held[0]!.tell(1);
    await vi.waitFor(
      async () =>
        expect(await service.ask(`/jobs/${job.id}`)).toMatchObject({
          body: { progress: { segments: { done: 1, total: 4 }, secondsLeft: 3 } },
        }),
      soon,
    );
    await service.held[0]!.finish();
    const events = await listening;
    expect(events.map(({ event, job: { state } }) => `${event} ${state}`)).toEqual(
      expect.arrayContaining(["state waiting", "state working", "end done"]),
    );
    expect(events.at(-1)).toMatchObject({
      event: "end",
      job: {
        result: { frames: 40, size: 10, name: "my film.larger.mp4", href: `/jobs/${job.id}/result` },
        progress: { framesDone: 10 },
      },
    });
    expect((await service.ask("/jobs")).body).toMatchObject({ jobs: [{ id: job.id, state: "done" }] });
    // what is no longer needed is not kept
    await vi.waitFor(
      async () =>
        expect((await service.files()).toSorted()).toEqual([
          job.id,
          `${job.id}/job.json`,
          `${job.id}/result.mp4`,
        ]),
      soon,
    );
  });

  it("comes as a form, too", async () => {
    const service = await startTestService();
    const form = new FormData();
    form.append("scale", "4");
    form.append("file", new Blob([video]), "door.MKV");
    form.append("strict", "true");
    const { status, body } = await service.ask("/jobs?quality=9", { method: "POST", body: form });
    expect(status).toBe(202);
    const options = { scale: 4, strict: true, quality: 9 };
    expect(body).toMatchObject({ name: "door.MKV", options });
    await vi.waitFor(() => expect(service.held).toHaveLength(1), soon);
    expect(service.held[0]!.task.output).toMatch(/result\.mkv$/);
    expect(await md5(service.held[0]!.task.input)).toBe(createHash("md5").update(video).digest("hex"));
  });

  it("may bring a network of its own, which is gone with the source", async () => {
    const service = await startTestService();
    const form = (more: Readonly<Record<string, string>> = {}): FormData => {
      const made = new FormData();
      made.append("file", new Blob([video]), "door.mkv");
      made.append("network", new Blob(["weights"]), "my own.onnx");
      for (const [name, value] of Object.entries(more)) made.append(name, value);
      return made;
    };
    const { status, body } = await service.ask("/jobs", { method: "POST", body: form() });
    expect(status).toBe(202);
    expect(body).toMatchObject({ name: "door.mkv", network: "my own.onnx", options: {} });
    await vi.waitFor(() => expect(service.held).toHaveLength(1), soon);
    const { model } = service.held[0]!.task.options as { readonly model: string };
    expect(await readFile(model, "utf8")).toBe("weights");
    expect(model).toMatch(/\.onnx$/);
    await service.held[0]!.finish();
    await service.reach((body as JobView).id, "done");
    await vi.waitFor(async () => expect((await service.files()).join()).not.toContain("onnx"), soon);

    const both = await service.ask("/jobs", { method: "POST", body: form({ model: "m5-x2" }) });
    expect(both).toMatchObject({ status: 400, body: { code: "malformed-request" } });
    expect((await service.files()).join()).not.toContain("arriving");
  });

  it("gives parts of its result", async () => {
    const service = await startTestService();
    const { id } = await begin(service);
    await service.held[0]!.finish();
    await service.reach(id, "done");
    const get = async (headers: Record<string, string>, method = "GET") => {
      const response = await fetch(`${service.url}/jobs/${id}/result`, { headers, method });
      return { status: response.status, headers: response.headers, text: await response.text() };
    };
    const whole = await get({});
    expect(whole).toMatchObject({ status: 200, text: "0123456789" });
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      "accept-ranges": "bytes",
      "content-disposition": `attachment; filename="clip.larger.mp4"; filename*=UTF-8''clip.larger.mp4`,
      "content-length": "10",
      "content-type": "video/mp4",
    });
    const etag = whole.headers.get("etag")!;
    for (const [range, status, text, told] of [
      ["bytes=2-4", 206, "234", "bytes 2-4/10"],
      ["bytes=7-", 206, "789", "bytes 7-9/10"],
      ["bytes=-3", 206, "789", "bytes 7-9/10"],
      ["bytes=8-99", 206, "89", "bytes 8-9/10"],
      ["bytes=0-1,4-5", 200, "0123456789", null],
      ["lines=1-2", 200, "0123456789", null],
      ["bytes=4-2", 200, "0123456789", null],
    ] as const) {
      const part = await get({ range });
      expect([part.status, part.text, part.headers.get("content-range")]).toEqual([status, text, told]);
    }
    expect(await get({ range: "bytes=10-" })).toMatchObject({
      status: 416,
      text: expect.stringContaining("range-not-satisfiable"),
    });
    expect(await get({ range: "bytes=1-2", "if-range": etag })).toMatchObject({ status: 206 });
    expect(await get({ range: "bytes=1-2", "if-range": '"other"' })).toMatchObject({ status: 200 });
    expect(await get({ "if-none-match": etag })).toMatchObject({ status: 304, text: "" });
    const head = await get({}, "HEAD");
    expect([head.status, head.text, head.headers.get("content-length")]).toEqual([200, "", "10"]);
  });

  it("that fails says why, without where things lie", async () => {
    const service = await startTestService();
    const { id } = await begin(service);
    const { task, fail } = service.held[0]!;
    const message = `${JSON.stringify(task.input)} is torn, see ${service.store}/x.`;
    fail(new TatamiError({ code: "damaged-input", message, fix: `Copy ${task.input} again.` }));
    const { error } = await service.reach(id, "failed");
    expect(error).toEqual({
      code: "damaged-input",
      message: '"clip.mp4" is torn, see /x.',
      fix: "Copy clip.mp4 again.",
    });
    expect(await service.ask(`/jobs/${id}/result`)).toMatchObject({ status: 422, body: error! });
    const next = await service.send();
    await vi.waitFor(() => expect(service.held).toHaveLength(2), soon);
    service.held[1]!.fail(new Error("a secret"));
    expect(JSON.stringify(await service.reach(next.id, "failed"))).not.toContain("secret");
  });

  it("that is ended goes with all there is of it, at work, waiting or over", async () => {
    const service = await startTestService();
    const first = await begin(service);
    const second = await service.send();
    const listening = listen(`${service.url}/jobs/${first.id}/events`);
    expect((await service.ask(`/jobs/${first.id}`, { method: "DELETE" })).status).toBe(204);
    expect(service.held[0]!.signal.aborted).toBe(true);
    expect((await listening).at(-1)).toMatchObject({ event: "end", job: { state: "cancelled" } });
    await vi.waitFor(() => expect(service.held).toHaveLength(2), soon);
    const third = await service.send();
    expect((await service.ask(`/jobs/${third.id}`, { method: "DELETE" })).status).toBe(204);
    await service.held[1]!.finish();
    await service.reach(second.id, "done");
    expect((await service.ask(`/jobs/${second.id}`, { method: "DELETE" })).status).toBe(204);
    for (const { id } of [first, second, third])
      expect(await service.ask(`/jobs/${id}`)).toMatchObject({ status: 404, body: { code: "no-such-job" } });
    expect(await service.files()).toEqual([]);
    expect(service.held).toHaveLength(2);
  });
});

describe("events", () => {
  it("go on after the last that was seen, and come no more once the end was", async () => {
    const service = await startTestService();
    const { id } = await begin(service);
    const url = `${service.url}/jobs/${id}/events`;
    service.held[0]!.tell(1);
    const seen = await listen(url, {}, (events) => events.some(({ event }) => event === "progress"));
    const last = seen.at(-1)!;
    const again = listen(url, { headers: { "last-event-id": last.id } });
    service.held[0]!.tell(2);
    await service.held[0]!.finish();
    const rest = await again;
    expect(rest.at(-1)).toMatchObject({ event: "end" });
    expect(rest.every(({ id: number }) => !seen.some((event) => event.id === number))).toBe(true);
    expect(rest.some(({ event }) => event === "state")).toBe(false);
    const over = await fetch(url, { headers: { "last-event-id": rest.at(-1)!.id } });
    expect(over.status).toBe(204);
    const late = await listen(url);
    expect(late.map(({ event }) => event)).toEqual(["state", "state", "end"]);
  });

  it("close when the service stops, without an end", async () => {
    const service = await startTestService();
    const { id } = await begin(service);
    const { body } = await fetch(`${service.url}/jobs/${id}/events`);
    await service[Symbol.asyncDispose]();
    expect(await new Response(body).text()).not.toContain("event: end");
  });
});

describe("a service that is started again", () => {
  it("goes on with what it had, in its order, and forgets uploads that were cut off", async () => {
    const store = await mkdtemp(join(tmpdir(), "tatami-serve-"));
    onTestFinished(() => rm(store, { recursive: true }));
    const before = await startTestService({ store });
    const first = await begin(before);
    const second = await before.send();
    before.held[0]!.tell(1);
    const [{ id: last } = { id: "" }] = (
      await listen(`${before.url}/jobs/${first.id}/events`, {}, (events) => events.length > 1)
    ).slice(-1);
    await expect(startService({ store, port: 0 })).rejects.toMatchObject({ code: "output-failed" });
    await before[Symbol.asyncDispose]();
    await mkdir(join(store, `arriving-j${"0".repeat(32)}`));
    await writeFile(join(store, "notes.txt"), "somebody's");
    const after = await startTestService({ store });
    expect(after.events.map(({ kind, job }) => [kind, job])).toEqual(
      expect.arrayContaining([
        ["kept", first.id],
        ["kept", second.id],
      ]),
    );
    await vi.waitFor(() => expect(after.held).toHaveLength(1), soon);
    expect(after.held[0]!.task).toEqual(before.held[0]!.task);
    await after.held[0]!.finish();
    await after.reach(first.id, "done");
    const headers = { "last-event-id": last };
    expect((await listen(`${after.url}/jobs/${first.id}/events`, { headers })).at(-1)?.event).toBe("end");
    await vi.waitFor(() => expect(after.held).toHaveLength(2), soon);
    expect((await readdir(store)).sort()).toEqual([first.id, second.id, "notes.txt", "service.lock"].sort());
  });
});

test("the document describes what is answered", async () => {
  const service = await startTestService();
  const { body } = await service.ask("/openapi.json");
  const document = body as {
    openapi: string;
    paths: object;
    components: { schemas: Record<string, object> };
  };
  expect(document.openapi).toBe("3.1.0");
  expect(Object.keys(document.paths)).toEqual([
    "/jobs",
    "/jobs/{id}",
    "/jobs/{id}/events",
    "/jobs/{id}/result",
    "/health",
  ]);
  const ajv = new Ajv2020({ strictTypes: false, formats: { "date-time": /^\d{4}-.*Z$/ } });
  for (const [name, schema] of Object.entries(document.components.schemas))
    ajv.addSchema(schema, `#/components/schemas/${name}`);
  const check = (name: string, value: unknown): void => {
    const validate = ajv.getSchema(`#/components/schemas/${name}`)!;
    expect([validate(value), validate.errors]).toEqual([true, null]);
  };
  const { id } = await begin(service);
  service.held[0]!.tell(1);
  check("Job", await service.reach(id, "working"));
  await service.held[0]!.finish();
  check("Job", await service.reach(id, "done"));
  check("JobList", (await service.ask("/jobs")).body);
  check("Error", (await service.ask("/jobs/none")).body);
  const next = await service.send();
  await vi.waitFor(() => expect(service.held).toHaveLength(2), soon);
  service.held[1]!.fail(new Error("x"));
  check("Job", await service.reach(next.id, "failed"));
});

test("a port that is taken is told of", async () => {
  const service = await startTestService();
  const port = Number(new URL(service.url).port);
  const store = join(service.store, "other");
  await expect(startService({ port, store })).rejects.toMatchObject({
    code: "invalid-option",
    message: expect.stringContaining("EADDRINUSE"),
  });
  expect(await readdir(store)).toEqual([]);
});

async function md5(path: string): Promise<string> {
  return createHash("md5")
    .update(await readFile(path))
    .digest("hex");
}
