import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { refuseOtherFiles } from "./refuse-other-files.ts";

const told = async (name: string, ...parts: BlobPart[]): Promise<string> => {
  try {
    await refuseOtherFiles(new File(parts, name));
    return "taken";
  } catch (error) {
    return (error as Error).message;
  }
};
const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values);
const ascii = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (c) => c.charCodeAt(0));
const zeros = new Uint8Array(600);

describe("refuseOtherFiles", () => {
  it.each([
    ["empty.mp4", [], "empty.mp4 is an empty file, not a video."],
    ["notes.mp4", ["These are notes.\nÄ €"], "notes.mp4 is a text, not a video."],
    ["utf16.txt", [bytes(0xff, 0xfe, 65, 0, 66, 0)], "utf16.txt is a text, not a video."],
    ["a.pdf", ["%PDF-1.7\n", zeros], "a.pdf is another kind of file (PDF), not a video."],
    [
      "a.jpg",
      [bytes(0xff, 0xd8, 0xff, 0xe0, 0, 16), ascii("JFIF"), zeros],
      "a.jpg is a picture (JPG), not a video.",
    ],
    ["a.flac", ["fLaC", zeros], "a.flac is sound without a picture (FLAC), not a video."],
    ["a.zip", [ascii("PK\x05\x06"), zeros], "a.zip is another kind of file (ZIP), not a video."],
  ])("says what %s is", async (name, parts, message) => {
    expect(await told(name, ...parts)).toBe(message);
  });

  it.each([
    ["an AVI", "a.avi", ["RIFF", bytes(0, 1, 0, 0), "AVI LIST", zeros]],
    ["an FLV", "a.flv", [ascii("FLV\x01"), bytes(5, 0, 0, 0, 9), zeros]],
    [
      "a WMV",
      "a.wmv",
      [
        bytes(0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11, 0xa6, 0xd9, 0, 0xaa, 0, 0x62, 0xce, 0x6c),
        zeros,
      ],
    ],
    ["an MPEG program stream", "a.mpg", [bytes(0, 0, 1, 0xba, 0x44, 0, 4), zeros]],
    ["a GIF", "a.gif", ["GIF89a", zeros]],
    ["raw H.264", "a.264", [bytes(0, 0, 0, 1, 0x67, 0x42, 0, 0x1e), zeros]],
    ["a Motion JPEG stream", "a.mjpeg", [bytes(0xff, 0xd8, 0xff, 0xe0), zeros]],
    ["Y4M", "a.y4m", ["YUV4MPEG2 W2 H2\nFRAME\n", bytes(16, 16, 16, 16, 128, 128)]],
    ["what a recorder of its own kind wrote", "a.dav", ["DHAV", bytes(0xfd, 0, 0, 1), zeros]],
  ] as [string, string, BlobPart[]][])("takes %s", async (_what, name, parts) => {
    expect(await told(name, ...parts)).toBe("taken");
  });

  it("takes the sample clips", async () => {
    const clip = await readFile(new URL("../../../clips/frog-240x160.mp4", import.meta.url));
    expect(await told("frog.mp4", new Uint8Array(clip))).toBe("taken");
  });
});
