import { TatamiError } from "@tatami/core";
import { Packet } from "node-av";
import { expect, test } from "vitest";
import { createPacketQueue, maxWaitingBytes } from "./packet-queue.ts";

const mebibyte = 2 ** 20;

/** A packet of one mebibyte, told apart by its number. */
function numbered(number: number): Packet {
  const packet = new Packet();
  packet.alloc();
  packet.data = Buffer.alloc(mebibyte);
  packet.pts = BigInt(number);
  return packet;
}

/** Pushes packets until the bound is passed by one. */
function overfill(queue: ReturnType<typeof createPacketQueue>): void {
  for (let number = 0; number <= maxWaitingBytes / mebibyte; number++) queue.push(numbered(number));
}

test("a reader that falls behind is told, with the queue's name", () => {
  const queue = createPacketQueue(3, "fail");
  queue.begin();
  let thrown: unknown;
  try {
    overfill(queue);
  } catch (error) {
    thrown = error;
  }
  expect(TatamiError.is(thrown, "queue-overflow") && thrown.message).toContain("packets of stream 3");
  queue.clear();
});

test.each(["drop-oldest", "fail"] as const)(
  "where nobody reads, or it is live, the oldest go (%s)",
  (overflow) => {
    const queue = createPacketQueue(0, overflow);
    if (overflow === "drop-oldest") queue.begin();
    overfill(queue);
    const first = queue.shift();
    expect(first?.pts).toBe(1n);
    first?.free();
    queue.clear();
    expect(queue.shift()).toBeUndefined();
  },
);

test("what was put back comes first", () => {
  const queue = createPacketQueue(0, "fail");
  queue.push(numbered(2));
  queue.unshift([numbered(0), numbered(1)]);
  const order = [queue.shift(), queue.shift(), queue.shift()];
  expect(order.map((packet) => packet?.pts)).toEqual([0n, 1n, 2n]);
  for (const packet of order) packet?.free();
});
