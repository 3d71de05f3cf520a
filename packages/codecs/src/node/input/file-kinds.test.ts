import { expect, test } from "vitest";
import { kindOfFile } from "./file-kinds.ts";

test.each([
  ["a.mp4", "video"],
  ["b/GOPR0001.MP4", "video"],
  ["00001.m2ts", "video"],
  ["moving.gif", "video"],
  ["IMG_1.JPG", "picture"],
  ["a.b.webp", "picture"],
  ["a.mp4.part", undefined],
  ["song.mp3", undefined],
  ["mp4", undefined],
  [".mp4", undefined],
])("%s is a %s by its name", (name, kind) => {
  expect(kindOfFile(name)).toBe(kind);
});
