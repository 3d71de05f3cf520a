import { expect, test } from "vitest";
import { explainInPage, withoutCauses } from "./page-error.ts";

test.each([
  [
    "damaged-input",
    "Copy or download the file again, or cut out the intact part with --trim (the `read` option).",
  ],
  ["unsupported-container", "Check that it is a video. Without the FFmpeg driver only MP4 is read."],
  ["unsupported-codec", "Choose another codec (encode.codec or --codec), or a smaller size."],
  ["missing-package", "npm install @ffmpeg/core."],
  ["internal", "Report this as a bug, with the file's name."],
  ["wrong-answer", "Set toSdr."],
] as const)("what to do about %s names nothing of a program", (code, fix) => {
  const told = explainInPage({ code, message: "It went wrong.", fix });
  expect(told).toMatchObject({ code, message: "It went wrong." });
  expect(told.fix).not.toMatch(/--|`|toSdr|driver|npm|encode\.|bug/);
  expect(told.fix).toMatch(/^[A-Z].*\.$/);
});

test("what everybody can do stays as it is", () => {
  const error = {
    code: "encrypted-input",
    message: "It is locked.",
    fix: "Use a copy without copy protection.",
  } as const;
  expect(explainInPage(error)).toEqual(error);
});

test.each([
  [
    "The video cannot be decoded at 0.667 s: Invalid NAL unit size (2197 > 829).",
    "The video cannot be decoded at 0.667 s.",
  ],
  [
    "The video is damaged: its first picture cannot be decoded (Failed to execute 'decode' on 'VideoDecoder': A key frame (or so) is required after configure().); 0 frames were read.",
    "The video is damaged: its first picture cannot be decoded.",
  ],
  [
    "The file is damaged: audio track 1 breaks off at 0.650 s.",
    "The file is damaged: audio track 1 breaks off at 0.650 s.",
  ],
])("%s is told without its cause", (message, told) => expect(withoutCauses(message)).toBe(told));
