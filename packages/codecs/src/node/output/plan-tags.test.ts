import { expect, test } from "vitest";
import { planTags, planTrackTags } from "./plan-tags.ts";

test("what a container or a writer notes for itself is not carried", () => {
  const tags = { title: "Door", major_brand: "isom", ENCODER: "Lavf59", "DURATION-eng": "00:01", BPS: "9" };
  expect(planTags(tags, "mkv").file).toEqual({ title: "Door" });
});

test("MP4 and MOV have places for some names; the others are told, or written in QuickTime's form", () => {
  const tags = { title: "Door", make: "Canon", weather: "rain" };
  expect(planTags(tags, "mp4")).toMatchObject({
    anyTags: false,
    changed: [{ kind: "tags", message: expect.stringContaining("make, weather") }],
  });
  expect(planTags(tags, "mov").changed).toEqual([
    { kind: "tags", message: expect.stringMatching(/tags weather cannot/) },
  ]);
  expect(planTags(tags, "mkv").changed).toEqual([]);
  const phone = {
    "com.apple.quicktime.make": "Apple",
    weather: "rain",
    creation_time: "2021-06-05T04:03:02Z",
  };
  const { anyTags, changed, file } = planTags(phone, "mov");
  expect([anyTags, changed]).toEqual([true, []]);
  // the date has a place of its own in the file's headers
  expect(file).toEqual({ "com.apple.quicktime.make": "Apple", weather: "rain" });
});

test("a track's date that the file has too is not lost in Matroska, another is", () => {
  const date = { creation_time: "2021-06-05T04:03:02Z" };
  expect(planTrackTags(date, "mkv", "picture", date).changed).toEqual([]);
  expect(planTrackTags(date, "mkv", "picture", {}).changed).toHaveLength(1);
  expect(planTrackTags({ title: "Main", comment: "x" }, "mp4", "track 1", {}).changed).toEqual([
    { kind: "tags", message: expect.stringContaining("Of track 1's tags comment") },
  ]);
});
