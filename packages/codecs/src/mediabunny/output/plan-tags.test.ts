import type { Container } from "@tatami/core";
import { AttachedFile } from "mediabunny";
import { expect, test } from "vitest";
import type { Carried } from "../../carried/carried.ts";
import { sortTags } from "../header/sort-tags.ts";
import { planTags } from "./plan-tags.ts";

const carried: Carried = {
  tags: { title: "T", date: "2021", composer: "C", mood: "calm" },
  boxes: {},
  images: [],
  attachments: {},
  createdAt: undefined,
  tracks: new Map(),
  changed: [],
  leftOut: [],
};
const plan = (container: Container, more: Partial<Carried> = {}) =>
  planTags({ ...carried, ...more }, container, false);

test("Matroska takes any name, MP4 those it has places for, and the others are told", () => {
  expect(plan("mkv").tags.raw).toEqual({ TITLE: "T", DATE: "2021", COMPOSER: "C", MOOD: "calm" });
  expect(plan("mkv").changed).toEqual([]);
  const mp4 = plan("mp4");
  expect([mp4.form, mp4.tags.raw]).toEqual(["mdir", { "©nam": "T", "©day": "2021", "©wrt": "C" }]);
  expect(mp4.changed.map(({ message }) => message)).toEqual([
    "Of the file's tags mood cannot be held by mp4; write MKV to keep more.",
  ]);
});

test("a place is copied byte for byte in the form of tags that has room for it", () => {
  const loci = Uint8Array.of(1, 2, 3);
  const mp4 = plan("mp4", { boxes: { loci } });
  expect([mp4.form, mp4.tags.raw?.["loci"]]).toEqual(["udta", loci]);
  expect(plan("mkv", { boxes: { loci } }).changed[0]?.message).toMatch(/loci/);
});

test("QuickTime's own names keep their form", () => {
  const mov = plan("mov", { tags: { "com.apple.quicktime.make": "M", title: "T" } });
  expect([mov.form, mov.tags.raw]).toEqual(["mdta", { "com.apple.quicktime.make": "M", title: "T" }]);
});

test("attached files and covers that a container has no room for are left out with their names", () => {
  const font = new AttachedFile(Uint8Array.of(1), "font/ttf", "font.ttf");
  const image = { data: Uint8Array.of(2), mimeType: "image/png", kind: "coverFront" as const };
  const mp4 = plan("mp4", { attachments: { "1": font }, images: [image] });
  expect(mp4.leftOut.map(({ message }) => message)).toEqual([
    "The attached file font.ttf cannot be held by mp4; write MKV to keep it.",
  ]);
  expect(mp4.tags.images).toHaveLength(1);
  expect(plan("webm", { images: [image] }).leftOut).toHaveLength(1);
  expect(plan("mkv", { attachments: { "1": font }, images: [image] }).leftOut).toEqual([]);
});

test("what a file says of itself is sorted: texts by one name each, boxes, files, and not who wrote it", () => {
  const { tags, boxes, attachments } = sortTags({
    title: "T",
    date: new Date("2021-01-01"),
    raw: { "©day": "2021", "©too": "Lavf", PART_NUMBER: "3", loci: Uint8Array.of(1), trkn: Uint8Array.of(2) },
  });
  expect(tags).toEqual({ title: "T", date: "2021", track: "3" });
  expect([Object.keys(boxes), attachments]).toEqual([["loci"], {}]);
});
