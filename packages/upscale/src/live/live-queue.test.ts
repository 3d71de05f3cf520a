import { expect, test } from "vitest";
import { createLiveQueue } from "./live-queue.ts";

function frame(timestamp: number) {
  return {
    timestamp,
    closed: false,
    close() {
      this.closed = true;
    },
  };
}

test("counts what comes, what is dropped and what goes, and how late", async () => {
  let now = 0;
  const dropped: number[] = [];
  const queue = createLiveQueue<ReturnType<typeof frame>>(
    { name: "test", capacity: 1, overflow: "drop-oldest", onDrop: (timestamp) => dropped.push(timestamp) },
    () => now,
  );
  const frames = [frame(0), frame(1), frame(2)];
  for (const one of frames) {
    queue.push(one);
    now += 10;
  }
  expect(dropped).toEqual([0, 1]);
  expect(frames.map(({ closed }) => closed)).toEqual([true, true, false]);
  expect((await queue.next())?.timestamp).toBe(2);
  now = 100;
  queue.went(2);
  expect(queue.stats()).toMatchObject({ framesIn: 3, framesOut: 1, dropped: 2, latencyMs: { last: 80 } });
});

test("a frame shown twice is timed from its second coming, and one refused leaves the first alone", () => {
  let now = 0;
  const latest = createLiveQueue({ name: "test", capacity: 1, overflow: "drop-oldest" }, () => now);
  latest.push(frame(7));
  now = 30;
  latest.push(frame(7));
  now = 50;
  latest.went(7);
  expect(latest.stats()).toMatchObject({ framesOut: 1, dropped: 1, latencyMs: { last: 20 } });

  now = 0;
  const first = createLiveQueue({ name: "test", capacity: 1, overflow: "drop-newest" }, () => now);
  first.push(frame(7));
  now = 30;
  first.push(frame(7));
  now = 50;
  first.went(7);
  expect(first.stats()).toMatchObject({ framesOut: 1, dropped: 1, latencyMs: { last: 50 } });
});
