import fc from "fast-check";
import { expect, test } from "vitest";
import type { Queue, QueueEvent } from "./queue.ts";
import { changeQueue, emptyQueue, isWorking, nextWaiting, wouldLose } from "./queue.ts";

const file = (name: string): File => new File([], name);
const id = fc.integer({ min: 1, max: 6 });
const anyEvent: fc.Arbitrary<QueueEvent<string, string>> = fc.oneof(
  fc.record({
    is: fc.constant("added" as const),
    files: fc.array(fc.constantFrom("a", "b").map(file), { maxLength: 2 }),
    where: fc.constantFrom("first" as const, "last" as const),
  }),
  fc.record({ is: fc.constantFrom("begun", "stopped", "retried", "removed", "saved"), id }),
  fc.record({ is: fc.constant("progressed" as const), id, share: fc.double({ min: 0, max: 1 }) }),
  fc.record({ is: fc.constant("paused" as const), id, isPaused: fc.boolean() }),
  fc.record({
    is: fc.constant("finished" as const),
    id,
    result: fc.constant("made"),
    isSaved: fc.boolean(),
  }),
  fc.record({ is: fc.constant("broken" as const), id, failure: fc.constant("why") }),
);
const after = (events: readonly QueueEvent<string, string>[]): Queue<string, string> =>
  events.reduce<Queue<string, string>>(changeQueue, emptyQueue);

test("whatever happens, one file at most is worked on, and no two are one", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
      const { files, nextId } = after(events);
      expect(files.filter(isWorking).length).toBeLessThanOrEqual(1);
      const ids = files.map((each) => each.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.every((each) => each < nextId)).toBe(true);
    }),
  );
});

test("a result is never lost but by removing it", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), anyEvent, (events, event) => {
      const queue = after(events);
      const made = (of: Queue): number => of.files.filter(({ state }) => state.kind === "done").length;
      const lost = made(changeQueue(queue, event)) < made(queue);
      expect(lost && event.is !== "removed").toBe(false);
    }),
  );
});

test("files are worked on one after another, and one that fails does not stop the next", () => {
  let queue = after([{ is: "added", files: ["a", "b", "c"].map(file), where: "last" }]);
  const send = (event: QueueEvent<string, string>): void => void (queue = changeQueue(queue, event));
  send({ is: "begun", id: 1 });
  send({ is: "begun", id: 2 });
  expect(nextWaiting(queue)?.id).toBe(2);
  send({ is: "progressed", id: 1, share: 0.4 });
  send({ is: "paused", id: 1, isPaused: true });
  expect(queue.files[0]!.state).toEqual({ kind: "working", share: 0.4, isPaused: true });
  send({ is: "removed", id: 1 });
  send({ is: "finished", id: 1, result: "made", isSaved: false });
  send({ is: "begun", id: 2 });
  send({ is: "broken", id: 2, failure: "why" });
  expect(nextWaiting(queue)?.id).toBe(3);
  expect(queue.files.map(({ state }) => state.kind)).toEqual(["done", "failed", "waiting"]);
  expect(wouldLose(queue)).toBe(true);
  send({ is: "saved", id: 1 });
  expect(wouldLose(queue)).toBe(false);
  send({ is: "retried", id: 2 });
  send({ is: "added", files: [file("d")], where: "first" });
  expect(nextWaiting(queue)?.file.name).toBe("d");
});

test("one that is stopped waits again", () => {
  const queue = after([
    { is: "added", files: [file("a")], where: "last" },
    { is: "begun", id: 1 },
    { is: "stopped", id: 1 },
  ]);
  expect(queue.files[0]!.state).toEqual({ kind: "waiting" });
  expect(wouldLose(queue)).toBe(false);
});
