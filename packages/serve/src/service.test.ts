import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TatamiError } from "@tatami/core";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { ServeOptions } from "./options.ts";
import { startService } from "./service.ts";
import type { JobView } from "./jobs/job.ts";
import { listen, startTestService, video } from "./testing/test-service.ts";
import type { TestService } from "./testing/test-service.ts";

const soon = { timeout: 20_000, interval: 20 };

/** A job that is begun. */
async function begin(service: TestService): Promise<JobView> {
  const job = await service.send();
  await vi.waitFor(() => expect(service.held).toHaveLength(1), soon);
  return job;
}

describe("a job", () => {
  test("is taken on, tells how far it is, and gives its result", async () => {
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

  test("comes as a form, too", async () => {
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

  test("gives parts of its result", async () => {
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

  test("that fails says why, without where things lie", async () => {
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

  test("that is ended goes with all there is of it, at work, waiting or over", async () => {
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
  test("go on after the last that was seen, and come no more once the end was", async () => {
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

  test("close when the service stops, without an end", async () => {
    const service = await startTestService();
    const { id } = await begin(service);
    const { body } = await fetch(`${service.url}/jobs/${id}/events`);
    await service[Symbol.asyncDispose]();
    expect(await new Response(body).text()).not.toContain("event: end");
  });
});

describe("a service that is started again", () => {
  test("goes on with what it had, in its order, and forgets uploads that were cut off", async () => {
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

describe("limits", () => {
  test("of size: what is larger is refused, and leaves nothing", async () => {
    const service = await startTestService({ maxUpload: 10_000 });
    const large = Buffer.concat([video, Buffer.alloc(200_000)]);
    const form = new FormData();
    form.append("file", new Blob([large]), "a.mp4");
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < large.length; at += 5000) yield large.subarray(at, at + 5000);
    };
    const streamed = { body: chunks(), duplex: "half" } as unknown as RequestInit;
    const small = new FormData();
    small.append("file", new Blob([large.subarray(0, 12_000)]), "a.mp4");
    for (const init of [{ body: large }, { body: form }, streamed, { body: small }])
      expect(await service.ask("/jobs", { method: "POST", ...init })).toMatchObject({
        status: 413,
        body: { code: "upload-too-large" },
      });
    expect(await service.files()).toEqual([]);
    expect((await service.ask("/jobs")).body).toEqual({ jobs: [] });
  });

  test("of jobs that wait, of those that are kept, and for how long", async () => {
    const service = await startTestService({ maxWaiting: 2, maxKept: 1 });
    const first = await begin(service);
    const second = await service.send();
    const refused = await service.ask("/jobs", { method: "POST", body: video });
    expect(refused).toMatchObject({ status: 429, body: { code: "queue-overflow" } });
    expect(refused.headers.get("retry-after")).toBe("30");
    await service.held[0]!.finish();
    await vi.waitFor(() => expect(service.held).toHaveLength(2), soon);
    await service.reach(first.id, "done");
    await service.held[1]!.finish();
    await service.reach(second.id, "done");
    await vi.waitFor(
      async () => expect((await service.ask("/jobs")).body).toMatchObject({ jobs: [{ id: second.id }] }),
      soon,
    );
    const brief = await startTestService({ keepHours: 1e-5 });
    await begin(brief);
    await brief.held[0]!.finish();
    await vi.waitFor(async () => expect(await brief.files()).toEqual([]), soon);
  });

  test("of hosts: nothing is fetched unless it is allowed", async () => {
    const none = await startTestService();
    const some = await startTestService({ allowedHosts: ["media.example", "*.cdn.example"] });
    const post = (service: TestService, body: object) =>
      service.ask("/jobs", {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      });
    const refused: [TestService, string, string][] = [
      [none, "http://media.example/a.mp4", "forbidden-host"],
      [some, "http://other.example/a.mp4", "forbidden-host"],
      [some, "http://cdn.example/a.mp4", "forbidden-host"],
      [some, "http://evilcdn.example/a.mp4", "forbidden-host"],
      [some, "http://127.0.0.1/a.mp4", "forbidden-host"],
      [some, "file:///etc/passwd", "malformed-request"],
      [some, "rtsp://media.example/a", "malformed-request"],
      [some, "http://user:pass@media.example/a.mp4", "malformed-request"],
    ];
    for (const [service, url, code] of refused)
      expect((await post(service, { url })).body).toMatchObject({ code });
    expect(await none.files()).toEqual([]);
  });
});

describe("requests that are not as they should be", () => {
  const form = (text: string, boundary = "b"): RequestInit => ({
    method: "POST",
    body: text.replaceAll("\n", "\r\n"),
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
  });
  const part = (name: string, text: string, more = ""): string =>
    `--b\nContent-Disposition: form-data; name="${name}"${more}\n\n${text}\n`;
  const file = part("file", video.toString("latin1"), '; filename="a.mp4"');
  const json = (body: string): RequestInit => ({
    method: "POST",
    body,
    headers: { "content-type": "application/json" },
  });
  const raw = (body: string | Buffer<ArrayBuffer>, type = "video/mp4"): RequestInit => ({
    method: "POST",
    body,
    headers: { "content-type": type },
  });

  test.each<[string, string, RequestInit, number, string]>([
    ["an empty body", "/jobs", raw(""), 400, "malformed-request"],
    ["a text", "/jobs", raw("hello, hello, hello"), 415, "unsupported-container"],
    ["a playlist", "/jobs", raw("#EXTM3U\n/etc/passwd"), 415, "unsupported-container"],
    ["a list in a container's clothes", "/jobs", raw("YUV4MPEG2 <MPD "), 415, "unsupported-container"],
    ["a page's own form", "/jobs", raw("a=1", "application/x-www-form-urlencoded"), 415, "unsupported-body"],
    ["an option there is not", "/jobs?sharpness=2", raw(video), 400, "invalid-option"],
    ["a file as the model", "/jobs?model=/etc/passwd.onnx", raw(video), 400, "invalid-option"],
    ["a number that is none", "/jobs?quality=high", raw(video), 400, "invalid-option"],
    ["both ways to say a size", "/jobs?scale=2&size=720p", raw(video), 400, "invalid-option"],
    ["an end before the start", "/jobs?start=3&end=2", raw(video), 400, "invalid-option"],
    ["a form without a boundary", "/jobs", form(file, ""), 400, "malformed-request"],
    ["a form that is cut off", "/jobs", form(file), 400, "malformed-request"],
    ["a form without a file", "/jobs", form(`${part("scale", "2")}--b--\n`), 400, "malformed-request"],
    ["a form with two", "/jobs", form(`${file}${file}--b--\n`), 400, "malformed-request"],
    [
      "a file in another field",
      "/jobs",
      form(`${file.replace('"file"', '"video"')}--b--\n`),
      400,
      "malformed-request",
    ],
    [
      "a form with an empty file",
      "/jobs",
      form(`${part("file", "", '; filename="a"')}--b--\n`),
      400,
      "malformed-request",
    ],
    [
      "a long field",
      "/jobs",
      form(`${part("model", "x".repeat(5000))}${file}--b--\n`),
      400,
      "malformed-request",
    ],
    ["a form of another kind", "/jobs", form("hello"), 400, "malformed-request"],
    ["no JSON", "/jobs", json("{"), 400, "malformed-request"],
    ["JSON without a URL", "/jobs", json("{}"), 400, "malformed-request"],
    ["JSON with more", "/jobs", json('{"url":"http://a/","path":"/etc"}'), 400, "malformed-request"],
    [
      "an option of JSON as a text",
      "/jobs",
      json('{"url":"http://a/","options":{"scale":"2"}}'),
      400,
      "invalid-option",
    ],
    ["much JSON", "/jobs", json(`"${"x".repeat(70_000)}"`), 413, "upload-too-large"],
    ["another place", "/job", {}, 404, "no-such-place"],
    ["another method", "/jobs", { method: "PUT", body: "x" }, 404, "no-such-place"],
    ["a path for an id", "/jobs/..%2f..%2fetc", {}, 404, "no-such-job"],
  ])("%s", async (_what, path, init, status, code) => {
    const service = await startTestService();
    const answer = await service.ask(path, init);
    expect([answer.status, answer.body]).toEqual([
      status,
      { code, message: expect.stringMatching(/^.+[.]$/), fix: expect.stringMatching(/^.+[.]$/) },
    ]);
    expect(await service.files()).toEqual([]);
    expect(service.events).toEqual([]);
  });

  test("a client that is gone in the middle of an upload leaves nothing, and takes no place", async () => {
    const service = await startTestService({ maxWaiting: 1 });
    const { port } = new URL(service.url);
    const heads = [
      "Content-Type: video/mp4\r\nContent-Length: 1000000\r\n\r\n",
      "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n" +
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n',
    ];
    for (const head of heads) {
      const socket = connect(Number(port), "127.0.0.1");
      await once(socket, "connect");
      socket.write(`POST /jobs HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${head}`);
      socket.write(video);
      await vi.waitFor(async () => expect((await service.files()).length).toBe(2), soon);
      socket.destroy();
      await vi.waitFor(async () => expect(await service.files()).toEqual([]), soon);
    }
    await service.send();
  });
});

describe("who may ask", () => {
  const token = randomBytes(24).toString("hex");

  test("is told by the token, which is never shown", async () => {
    const service = await startTestService({ token, host: "0.0.0.0" });
    const url = service.url.replace("0.0.0.0", "127.0.0.1");
    const status = async (path: string, headers: Record<string, string> = {}): Promise<number> =>
      (await fetch(`${url}${path}`, { headers })).status;
    const wrong = await fetch(`${url}/jobs`, { headers: { authorization: `Bearer ${token}x` } });
    expect([wrong.status, wrong.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    expect(await wrong.text()).not.toContain(token);
    for (const given of ["", "Bearer", `Basic ${token}`, `Bearer ${token.slice(1)}`])
      expect(await status("/jobs", { authorization: given })).toBe(401);
    expect(await status("/jobs")).toBe(401);
    expect(await status("/jobs", { authorization: `Bearer ${token}` })).toBe(200);
    expect([await status("/health"), await status("/openapi.json")]).toEqual([200, 200]);
    const posted = await fetch(`${url}/jobs`, { method: "POST", body: video });
    expect(posted.status).toBe(401);
    expect(await service.files()).toEqual([]);
    expect(JSON.stringify(service.events)).not.toContain(token);
  });

  test.each<[ServeOptions, string]>([
    [{ host: "0.0.0.0" }, "TATAMI_TOKEN"],
    [{ host: "::" }, "TATAMI_TOKEN"],
    [{ host: "192.168.1.2" }, "TATAMI_TOKEN"],
    [{ host: "127.0.0.1.example.org" }, "TATAMI_TOKEN"],
    [{ token: "short" }, "openssl"],
  ])("is settled before it starts: %j", async (options, fix) => {
    await expect(startService({ port: 0, ...options })).rejects.toMatchObject({
      code: "invalid-option",
      fix: expect.stringContaining(fix),
    });
  });

  test("without a token is no page of another site", async () => {
    const service = await startTestService();
    const { port } = new URL(service.url);
    const status = async (lines: string): Promise<string> => {
      const socket = connect(Number(port), "127.0.0.1");
      onTestFinished(() => void socket.destroy());
      socket.write(`GET /jobs HTTP/1.1\r\n${lines}Connection: close\r\n\r\n`);
      let text = "";
      socket.on("data", (data) => (text += String(data)));
      await once(socket, "close");
      return text.slice(9, 12);
    };
    expect(await status(`Host: 127.0.0.1:${port}\r\n`)).toBe("200");
    expect(await status(`Host: localhost:${port}\r\nOrigin: http://localhost:${port}\r\n`)).toBe("200");
    expect(await status("Host: evil.example\r\n")).toBe("403");
    expect(await status(`Host: 127.0.0.1:${port}\r\nOrigin: http://evil.example\r\n`)).toBe("403");
    expect(await status(`Host: 127.0.0.1:${port}\r\nSec-Fetch-Site: cross-site\r\n`)).toBe("403");
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
  const { readFile } = await import("node:fs/promises");
  return createHash("md5")
    .update(await readFile(path))
    .digest("hex");
}
