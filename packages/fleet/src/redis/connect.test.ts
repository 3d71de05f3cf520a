import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { TatamiError } from "@tatami/core";
import { expect, onTestFinished, test, vi } from "vitest";
import { connectFleet } from "../fleet.ts";
import { createFakeEngine } from "../testing/fake-engine.ts";
import { startRedis } from "../testing/redis-server.ts";
import { startWorker } from "../worker/work.ts";
import type { WorkEvent } from "../worker/world.ts";
import { connectRedis, parseRedis } from "./connect.ts";

const secret = "s3cret p@ss:word/é";

/** All that an error would show to whoever prints it, in whatever way. */
function allOf(error: unknown): string {
  return [inspect(error, { depth: 10, showHidden: true }), JSON.stringify(error), String(error)].join("\n");
}

function expectNoSecret(text: string): void {
  for (const form of [secret, encodeURIComponent(secret), "s3cret"]) expect(text).not.toContain(form);
}

async function failureOf(promise: Promise<unknown>): Promise<TatamiError> {
  const error = await promise.then(
    () => undefined,
    (each: unknown) => each,
  );
  expect(TatamiError.is(error)).toBe(true);
  return error as TatamiError;
}

test("an address is taken apart, and named without what is secret", () => {
  expect(parseRedis("redis://localhost")).toEqual({
    name: "localhost:6379",
    options: { host: "localhost", port: 6379, db: 0 },
  });
  expect(parseRedis(`rediss://me:${encodeURIComponent(secret)}@cache.example:7000/3`)).toEqual({
    name: "cache.example:7000/3",
    options: {
      host: "cache.example",
      port: 7000,
      db: 3,
      username: "me",
      password: secret,
      tls: { servername: "cache.example" },
    },
  });
  expect(parseRedis("redis://[::1]:6380").options).toMatchObject({ host: "::1", port: 6380 });
});

test.each(["", "cache:6379", "http://:s3cret@cache", "redis://:s3cret@", "redis://:s3cret@cache/first"])(
  "%j is no address, and is not shown",
  async (address) => {
    const error = await failureOf(connectRedis(address, "some"));
    expect(error.code).toBe("invalid-option");
    expectNoSecret(allOf(error));
  },
);

test("a password is asked for, honoured, and nowhere to be seen", async () => {
  await using server = await startRedis(secret);
  const { port, url } = server;
  const folder = await mkdtemp(join(tmpdir(), "tatami-secret-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "a.mp4"), "a");
  for (const wrong of [`redis://127.0.0.1:${port}`, `redis://:s3cret-not@127.0.0.1:${port}`]) {
    const error = await failureOf(connectFleet({ redis: wrong }));
    expect(error).toMatchObject({ code: "connection-lost", message: expect.stringContaining("password") });
    expectNoSecret(allOf(error));
    expectNoSecret(
      allOf(await failureOf(startWorker({ redis: wrong }, () => createFakeEngine({ segments: 1 })))),
    );
  }

  const events: WorkEvent[] = [];
  const onEvent = (event: WorkEvent): void => void events.push(event);
  const engine = createFakeEngine({
    segments: 3,
    segment: async (_, index) => {
      if (index === 2) throw new Error("No.");
    },
  });
  await using fleet = await connectFleet({ redis: url, root: folder });
  const pair = { input: join(folder, "a.mp4"), output: join(folder, "b.mp4") };
  await fleet.submit([pair], { attempts: 1 });
  await using _ = await startWorker({ redis: url, root: folder, onEvent }, () => engine);
  await vi.waitFor(async () => expect(await fleet.dead()).toHaveLength(1), { timeout: 10_000 });
  const shown = [await fleet.status(), await fleet.dead(), events];
  expectNoSecret(allOf(shown));

  // nothing that was ever kept in Redis holds it
  const written = await server.written();
  expect(written).toContain("a.mp4");
  expectNoSecret(written);

  // a server that goes away while it is asked
  await server.kill();
  const lost = await failureOf(fleet.status());
  expect(lost.code).toBe("connection-lost");
  expectNoSecret(allOf(lost));
  await vi.waitFor(() => expect(events.some(({ kind }) => kind === "trouble")).toBe(true));
  expectNoSecret(allOf(events));
});

test("where nobody listens, that is said", async () => {
  const error = await failureOf(connectFleet({ redis: "redis://:s3cret@127.0.0.1:1" }));
  expect(error).toMatchObject({
    code: "connection-lost",
    message: "Redis at 127.0.0.1:1 cannot be reached (ECONNREFUSED).",
  });
  expectNoSecret(allOf(error));
});

test("rediss:// speaks TLS from the first byte, and sends nothing in clear", async () => {
  const heard: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (data) => {
      heard.push(data);
      socket.destroy();
    });
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const error = await failureOf(connectRedis(`rediss://:s3cret@127.0.0.1:${port}`, "some"));
  expect(error.code).toBe("connection-lost");
  const [first] = heard;
  // a handshake of TLS (RFC 8446, 5.1)
  expect([...first!.subarray(0, 2)]).toEqual([22, 3]);
  expectNoSecret(Buffer.concat(heard).toString("latin1"));
});
