import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { soon, startTestService, video } from "../testing/test-service.ts";
import type { JobView } from "../jobs/job.ts";
import { fetchSource, isPublicAddress, realNetwork } from "./fetch-source.ts";
import type { FetchInit, Network } from "./fetch-source.ts";

const { signal } = new AbortController();

/** Every name leads to this machine, which passes for public unless a test says otherwise. */
const here: Network = {
  lookUp: (_name, _options, done) => done(null, [{ address: "127.0.0.1", family: 4 }]),
  isPublic: (address) => address === "127.0.0.1" || isPublicAddress(address),
};

/** A server of a test's own. @returns its port */
async function serve(answer: RequestListener): Promise<number> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function fetchTo(url: string, more: Partial<FetchInit> = {}): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "tatami-fetch-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "source");
  await fetchSource({ url, path, hosts: ["media.example"], maxBytes: 1e6, network: here, signal, ...more });
  expect(await readdir(folder)).toEqual(["source"]);
  return readFile(path);
}

test("a file is fetched, through redirects within allowed hosts", async () => {
  const asked: string[] = [];
  const port = await serve(({ url = "", headers }, response) => {
    asked.push(`${headers.host} ${url}`);
    if (url === "/old") response.writeHead(302, { location: "/new" }).end();
    else response.end("a film");
  });
  expect(String(await fetchTo(`http://media.example:${port}/old`))).toBe("a film");
  expect(asked).toEqual([`media.example:${port} /old`, `media.example:${port} /new`]);
});

test("a redirect is checked as the first URL was", async () => {
  for (const [location, code] of [
    ["http://other.example/a", "forbidden-host"],
    ["http://10.0.0.1/latest/meta-data", "forbidden-host"],
    ["file:///etc/passwd", "malformed-request"],
    ["http://a:b@media.example/", "malformed-request"],
    ["/again", "input-not-found"],
    ["http://[::1", "input-not-found"],
  ] as const) {
    const port = await serve((_, response) => response.writeHead(301, { location }).end());
    await expect(fetchTo(`http://media.example:${port}/`)).rejects.toMatchObject({ code });
  }
});

test("a name that leads to an address of this machine or its network is refused, whatever else it leads to", async () => {
  let asked = 0;
  const port = await serve((_, response) => {
    asked++;
    response.end();
  });
  const leading = (...addresses: readonly string[]): Network => ({
    lookUp: (_name, _options, done) =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      ),
    isPublic: isPublicAddress,
  });
  for (const addresses of [
    ["127.0.0.1"],
    ["93.184.216.34", "10.1.2.3"],
    ["::1"],
    ["::ffff:127.0.0.1"],
    ["169.254.169.254"],
    [],
  ])
    await expect(
      fetchTo(`http://media.example:${port}/`, { network: leading(...addresses) }),
    ).rejects.toMatchObject({ code: "forbidden-address" });
  // an address in place of a name is not looked up
  for (const host of ["127.0.0.1", "0x7f.1", "2130706433", "[::1]", "[::ffff:7f00:1]", "169.254.169.254"])
    await expect(
      fetchTo(`http://${host}:${port}/`, { hosts: ["*"], network: realNetwork }),
    ).rejects.toMatchObject({ code: "forbidden-address" });
  await expect(
    fetchTo(`http://localhost:${port}/`, { hosts: ["localhost"], network: realNetwork }),
  ).rejects.toMatchObject({ code: "forbidden-address" });
  expect(asked).toBe(0);
});

test("addresses that are not public are told", () => {
  const isPrivate = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.8.8.8",
    "168.63.129.16",
    "169.254.169.254",
    "172.31.255.255",
    "192.0.0.170",
    "192.168.0.1",
    "198.18.0.1",
    "203.0.113.7",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2001:0:1::1",
    "2002:7f00:1::",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "not an address",
  ];
  expect(isPrivate.filter(isPublicAddress)).toEqual([]);
  const isOpen = ["8.8.8.8", "93.184.216.34", "::ffff:8.8.8.8", "2606:4700::1111"];
  expect(isOpen.filter(isPublicAddress)).toEqual(isOpen);
  fc.assert(
    fc.property(fc.nat(255), fc.nat(255), fc.nat(255), fc.constantFrom(10, 127), (a, b, c, first) => {
      expect(isPublicAddress(`${first}.${a}.${b}.${c}`)).toBe(false);
    }),
  );
});

test("what is not there, breaks off or is too large is told of as that", async () => {
  const port = await serve(({ url }, response) => {
    if (url === "/none") response.writeHead(404).end();
    if (url === "/cut")
      response.writeHead(200, { "content-length": 100 }).write("x", () => response.destroy());
    if (url === "/said") response.writeHead(200, { "content-length": 2e6 }).write("x");
    if (url === "/large") response.end(Buffer.alloc(1_000_001));
    if (url === "/part") response.writeHead(206).end("x");
  });
  for (const [path, code] of [
    ["/none", "input-not-found"],
    ["/part", "input-not-found"],
    ["/cut", "connection-lost"],
    ["/said", "upload-too-large"],
    ["/large", "upload-too-large"],
  ])
    await expect(fetchTo(`http://media.example:${port}${path}`)).rejects.toMatchObject({ code });
  const lost: Network = {
    ...here,
    lookUp: (_n, _o, done) => done(Object.assign(new Error("x"), { code: "ENOTFOUND" }), []),
  };
  await expect(fetchTo("http://media.example/", { network: lost })).rejects.toMatchObject({
    code: "connection-lost",
    message: expect.stringContaining("ENOTFOUND"),
  });
});

test("a job of a URL is fetched, checked and worked on; its query is not shown", async () => {
  const port = await serve(({ url = "" }, response) => {
    if (url.startsWith("/film.mp4?key=secret")) response.end(video);
    else response.end("#EXTM3U\nhttp://10.0.0.1/");
  });
  const service = await startTestService({ allowedHosts: ["media.example"] }, { network: here });
  const post = async (body: object): Promise<JobView> => {
    const headers = { "content-type": "application/json" };
    const answer = await service.ask("/jobs", { method: "POST", body: JSON.stringify(body), headers });
    expect(answer.status).toBe(202);
    return answer.body as JobView;
  };
  const base = `http://media.example:${port}`;
  const job = await post({ url: `${base}/film.mp4?key=secret`, options: { scale: 2 } });
  expect(job).toMatchObject({ name: "film.mp4", url: `${base}/film.mp4`, options: { scale: 2 } });
  await service.reach(job.id, "working");
  expect(await readFile(service.held[0]!.task.input)).toEqual(video);
  await service.held[0]!.finish();
  expect(JSON.stringify(await service.reach(job.id, "done"))).not.toContain("secret");
  const kept = await readFile(join(service.store, job.id, "job.json"), "utf8");
  expect(kept).not.toContain("secret");
  const list = await post({ url: `${base}/list.mp4` });
  expect(await service.reach(list.id, "failed")).toMatchObject({ error: { code: "unsupported-container" } });
  expect(await service.files()).not.toContain(`${list.id}/source.mp4.part`);
  expect(JSON.stringify(service.events)).not.toContain("secret");
});

test("a job whose file was being fetched when the service stopped is fetched anew by the next one", async () => {
  let [asked, isOpen] = [0, false];
  const port = await serve((_, response) => {
    asked++;
    if (isOpen) response.end(video);
    else response.write(video.subarray(0, 100));
  });
  const store = await mkdtemp(join(tmpdir(), "tatami-fetch-"));
  onTestFinished(() => rm(store, { recursive: true }));
  const options = { store, allowedHosts: ["media.example"] };
  const before = await startTestService(options, { network: here });
  const body = JSON.stringify({ url: `http://media.example:${port}/a.mp4` });
  const headers = { "content-type": "application/json" };
  const { id } = (await before.ask("/jobs", { method: "POST", body, headers })).body as JobView;
  await before.reach(id, "fetching");
  await vi.waitFor(async () => expect(await before.files()).toContain(`${id}/source.mp4.part`), soon);
  await before[Symbol.asyncDispose]();
  isOpen = true;
  const after = await startTestService(options, { network: here });
  await after.reach(id, "working");
  expect(await readFile(after.held[0]!.task.input)).toEqual(video);
  expect(asked).toBe(2);
});
