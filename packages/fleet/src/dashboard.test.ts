import { request } from "node:http";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test, vi } from "vitest";
import { startDashboard } from "./dashboard.ts";
import { connectFleet } from "./fleet.ts";
import { startRedis } from "./testing/redis-server.ts";

/** Asks for a page, as a browser that was led here by that name. */
function ask(url: string, host: string, method = "GET"): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers: { host } }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode!, body }), reject);
    });
    asked.on("error", reject).end();
  });
}

test("the dashboard shows the queues to this machine, and changes nothing", async () => {
  const secret = "s3cret";
  await using server = await startRedis(secret);
  const root = await mkdtemp(join(tmpdir(), "tatami-board-"));
  onTestFinished(() => rm(root, { recursive: true }));
  await writeFile(join(root, "a.mp4"), "a");
  const where = { redis: server.url, root };
  await using fleet = await connectFleet(where);
  await fleet.submit([{ input: join(root, "a.mp4"), output: join(root, "b.mp4") }]);
  await using board = await startDashboard(where);
  const { host, hostname } = new URL(board.url);
  expect(hostname).toBe("127.0.0.1");
  expect((await ask(board.url, host)).body).toContain("<title>Tatami</title>");
  const queues = await ask(`${board.url}api/queues?activeQueue=files&status=prioritized&page=1`, host);
  expect(queues.status).toBe(200);
  const listed = JSON.parse(queues.body) as { queues: { name: string; readOnlyMode: boolean }[] };
  expect(listed.queues.map(({ name, readOnlyMode }) => [name, readOnlyMode])).toEqual([
    ["files", true],
    ["segments", true],
  ]);
  expect(queues.body).toContain("a.mp4");
  expect(queues.body).not.toContain(secret);
  expect((await ask(board.url, "elsewhere.example")).status).toBe(403);
  expect((await ask(`${board.url}api/queues/files/pause`, host, "PUT")).status).toBeGreaterThanOrEqual(400);
  const port = Number(new URL(board.url).port);
  await expect(startDashboard({ ...where, port })).rejects.toMatchObject({ code: "invalid-option" });
});

// last: what is mocked is said to be so for a moment more after it is taken back
test("where Bull Board is not installed, that is said, and how to install it", async () => {
  vi.doMock("@bull-board/express", () => {
    throw new Error("Cannot find package.");
  });
  onTestFinished(() => void vi.doUnmock("@bull-board/express"));
  await expect(startDashboard()).rejects.toMatchObject({
    code: "missing-package",
    fix: expect.stringContaining("npm install @bull-board/api @bull-board/express"),
  });
});
