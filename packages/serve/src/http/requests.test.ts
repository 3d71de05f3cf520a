/** Requests that are refused: by their size, by what they hold, by who asks. */

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { ServeOptions } from "../options.ts";
import { startService } from "../service.ts";
import { begin, soon, startTestService, video } from "../testing/test-service.ts";
import type { TestService } from "../testing/test-service.ts";

describe("limits", () => {
  it("of size: what is larger is refused, and leaves nothing", async () => {
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

  it("of jobs that wait, of those that are kept, and for how long", async () => {
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

  it("of hosts: nothing is fetched unless it is allowed", async () => {
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

  it.each<[string, string, RequestInit, number, string]>([
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

  it("a client that is gone in the middle of an upload leaves nothing, and takes no place", async () => {
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

  it("is told by the token, which is never shown", async () => {
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

  it.each<[ServeOptions, string]>([
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

  it("without a token is no page of another site", async () => {
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
