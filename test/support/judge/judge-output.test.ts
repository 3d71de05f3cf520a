/** Verdicts on outputs and refusals. */

import { expect, test } from "vitest";
import { compareKept } from "./compare-kept.ts";
import { factsOf } from "./facts.ts";
import { judgeFacts } from "./judge-output.ts";
import { judgeRefusal } from "./judge-refusal.ts";
import { answerOf, framesAt, frameTimes, plainSize } from "./probe-answer.fixture.ts";
import type { Otherwise } from "./probe-answer.fixture.ts";

const encoding = { container: "mp4", codec: "avc", rejected: [], bitrate: 1, copied: [] } as const;
const silent = {
  frames: 3,
  leftOut: [],
  changed: [],
  damaged: [],
  encoding: { ...encoding, leftOut: [], changed: [] },
};
const larger = framesAt(frameTimes, { width: 2 * plainSize.width, height: 2 * plainSize.height });
const factsWith = (otherwise: Otherwise) => factsOf(answerOf(otherwise));
const title = { format: { tags: { title: "Garage" } } };

test("what is kept is right, what is lost in silence is not, what is told is", () => {
  expect(judgeFacts(factsWith({}), factsWith({ frames: larger }), silent)).toMatchObject({
    valid: true,
    detail: "3 frames, 320×240, 1 audio",
  });
  const lost = judgeFacts(factsWith(title), factsWith({ frames: larger }), silent);
  expect(lost).toMatchObject({ valid: false, detail: 'title "Garage" lost; 3 frames, 320×240, 1 audio' });
  const changed = [{ kind: "tags", message: "AVI's title is not written." }] as const;
  const told = judgeFacts(factsWith(title), factsWith({ frames: larger }), { ...silent, changed });
  expect(told.valid).toBe(true);
  expect(told.detail).toMatch(/title "Garage" lost \(told: AVI's title is not written\.\)$/);
});

test("a report that counts other frames than are shown is wrong", () => {
  const { valid, detail } = judgeFacts(factsWith({}), factsWith({ frames: larger }), {
    ...silent,
    frames: 4,
  });
  expect(valid).toBe(false);
  expect(detail).toContain("the report says 4 frames, the output has 3");
});

test("damage that ffprobe does not meet is wrong", () => {
  const damaged = [{ seconds: 0.04, frames: 1, message: "A picture is damaged." }];
  const verdict = (complaints: readonly string[]) =>
    judgeFacts(factsWith({ complaints }), factsWith({ frames: larger }), { ...silent, damaged });
  expect(verdict(["Invalid NAL unit size"]).valid).toBe(true);
  expect(verdict([])).toMatchObject({ valid: false });
  expect(verdict([]).detail).toMatch(/^said to be damaged, but is not: A picture is damaged\./);
});

test("an output of nothing, or of what nobody can decode, is wrong", () => {
  expect(judgeFacts(factsWith({}), factsWith({ frames: [] }), silent).valid).toBe(false);
  expect(judgeFacts(factsWith({ frames: [] }), factsWith({ frames: larger }), silent).valid).toBe(false);
});

test("a file that ffprobe decodes may be refused only for what ffprobe sees too", () => {
  const deep = factsWith({ video: { pix_fmt: "yuv420p10le" } });
  const hdr = factsWith({ video: { color_transfer: "smpte2084" } });
  const faulty = factsWith({ complaints: ["Invalid NAL unit size"] });
  expect(judgeRefusal(deep, "unsupported-feature").valid).toBe(true);
  expect(judgeRefusal(hdr, "unsupported-feature").valid).toBe(true);
  expect(judgeRefusal(factsWith({}), "unsupported-feature").valid).toBe(false);
  expect(judgeRefusal(factsWith({}), "encrypted-input")).toEqual({
    valid: false,
    detail: "ffprobe decodes 3 frames",
  });
  expect(judgeRefusal(faulty, "damaged-input").valid).toBe(true);
  expect(judgeRefusal(factsWith({}), "damaged-input").valid).toBe(false);
  expect(judgeRefusal(factsWith({ frames: [] }), "unsupported-container").valid).toBe(true);
});

test("less is kept where of anything more is lost, however much more is kept of others", () => {
  const tag = { aspect: "tags", detail: "title lost" } as const;
  const added = { aspect: "tags", detail: "encoder added", isAddition: true } as const;
  const frames = (amount: number) =>
    ({ aspect: "frames missing", detail: `${amount} gone`, amount }) as const;
  const kept = (
    found: Parameters<typeof compareKept>[0]["found"],
    peers: Parameters<typeof compareKept>[1],
  ) => compareKept({ found, result: "ok", valid: true }, peers).kept;
  expect(kept([tag], [tag])).toBe("same");
  expect(kept([added], [])).toBe("same");
  expect(kept([], [tag])).toBe("more");
  expect(kept([tag], [frames(2)])).toBe("less");
  expect(kept([frames(1)], [frames(2)])).toBe("more");
  expect(kept([tag], undefined)).toBe("more");
  expect(kept(undefined, [tag])).toBe("refused");
  expect(kept(undefined, undefined)).toBe("neither");
  expect(compareKept({ found: undefined, result: "output-failed", valid: false }, [tag]).kept).toBe("less");
});
