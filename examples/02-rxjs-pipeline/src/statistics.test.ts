import { TestScheduler } from "rxjs/testing";
import { asyncScheduler } from "rxjs";
import { expect, test } from "vitest";
import { gather, noStatistics, withStatistics } from "./statistics.ts";
import type { PipelineEvent } from "./statistics.ts";

const events: Readonly<Record<string, PipelineEvent>> = {
  a: { kind: "read", time: 0 },
  b: { kind: "passed", time: 0, share: 1 },
  c: { kind: "enlarged", time: 0 },
  d: { kind: "read", time: 0.04 },
};

test("counts frames by what became of them, and tells each only once", () => {
  const first = gather(noStatistics, [events["a"]!, events["b"]!]);
  expect(first).toEqual({
    read: 1,
    passed: 1,
    enlarged: 0,
    time: 0,
    news: [{ time: 0 }, { time: 0, share: 1 }],
  });
  const second = gather(first, [events["c"]!, events["d"]!]);
  expect(second).toEqual({ read: 2, passed: 1, enlarged: 1, time: 0.04, news: [{ time: 0.04 }] });
});

test("tells at most once in its time, and nothing where nothing happened", () => {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run(({ hot, expectObservable }) => {
    const source = hot("-abc------------d-|", events);
    const after = gather(noStatistics, [events["a"]!, events["b"]!, events["c"]!]);
    const end = gather(after, [events["d"]!]);
    expectObservable(source.pipe(withStatistics(5))).toBe("-----x------------(y|)", { x: after, y: end });
  });
  expect(asyncScheduler.actions).toEqual([]);
});
