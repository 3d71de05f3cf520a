/** Files that go wrong elsewhere, from the chosen file to the one that comes out, in a real page with both drivers. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { OddFile, ProbedOutput } from "../../support/make-odd-file.ts";
import { hasFfmpeg, makeOddFile, probeOutput } from "../../support/make-odd-file.ts";
import type { ServedPage } from "../../support/browser/served-page.ts";
import { openServedPage } from "../../support/browser/served-page.ts";
import type { WholeFile, WholeOptions } from "../pages/whole-file/main.ts";

const chromium = inject("chromium");
const x264 = "-c:v libx264 -preset veryfast -crf 18";
const x264Says = (params: string): string => `-map 0 ${x264} -x264-params ${params}`;
const alone = [["mediabunny"], ["ffmpeg"]] as const;

/** What came out, and what ffprobe says of it. */
interface Outcome {
  readonly whole: WholeFile;
  readonly report: NonNullable<WholeFile["report"]>;
  readonly output: ProbedOutput;
  readonly times: readonly number[];
  readonly sound: readonly number[];
}

describe.skipIf(chromium === "" || !hasFfmpeg())("a page with both drivers", () => {
  let served: ServedPage;
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tatami-whole-"));
    served = await openServedPage(chromium, "whole-file", "upscaleWhole", { isolated: true });
  });
  afterAll(async () => {
    await served[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const upscaled = async (file: OddFile, options: WholeOptions = {}): Promise<WholeFile> => {
    await served.page.setInputFiles("#file", await makeOddFile(folder, file));
    const whole = await served.call<WholeFile>("upscaleWhole", options);
    expect(whole.openFrames).toBe(0);
    return whole;
  };
  const outcome = async (file: OddFile, options: WholeOptions = {}): Promise<Outcome> => {
    const whole = await upscaled(file, options);
    expect(whole.error).toBeUndefined();
    const path = join(folder, `${file.name}.output`);
    await writeFile(path, Buffer.from(whole.output!, "base64"));
    const output = probeOutput(path);
    const timesOf = (kind: string): readonly number[] =>
      output.packets
        .filter(({ codec_type: type }) => type === kind)
        .map(({ pts_time: time }) => Number(time))
        .toSorted((a, b) => a - b);
    return { whole, report: whole.report!, output, times: timesOf("video"), sound: timesOf("audio") };
  };
  const kinds = (list: readonly { readonly kind: string }[]): readonly string[] =>
    list.map(({ kind }) => kind);

  describe.each(alone)("%s alone", (driver) => {
    const drivers = [driver];

    it("a transport stream's own start is time 0, for cuts too", async () => {
      const clock = { name: "clock.ts", args: `${x264} -bf 0 -c:a aac -output_ts_offset 40000`, seconds: 2 };
      const first = await outcome(clock, { drivers, start: 0, end: 1 });
      expect(first.report.media.startTime).toBeCloseTo(40_001.4, 0);
      expect(first.report.media.duration).toBeCloseTo(2, 0);
      expect(first.times).toHaveLength(25);
      expect(first.times[0]).toBeLessThan(0.05);
      const { times, sound } = await outcome(clock, { drivers });
      expect(times).toHaveLength(50);
      expect([times[0]! < 0.05, times.at(-1)! < 2.05, Math.abs(sound[0]!) < 0.05]).toEqual([
        true,
        true,
        true,
      ]);
    });

    it("recordings joined one after the other go on rising, and the seam is told", async () => {
      const joined = {
        name: "joined.ts",
        args: `${x264} -g 10 -c:a aac`,
        spoil: (bytes: Buffer) => Buffer.concat([bytes, bytes]),
      };
      const { report, times, sound } = await outcome(joined, { drivers });
      expect(times).toHaveLength(50);
      for (const [index, time] of times.slice(1).entries()) expect(time - times[index]!).toBeCloseTo(0.04, 2);
      expect(sound.at(-1)).toBeGreaterThan(1.9);
      expect(report.changed.map(({ message }) => message)).toContainEqual(
        expect.stringMatching(/^The clock of the picture jumps back by/),
      );
      const second = await outcome(joined, { drivers, start: 1.2, end: 1.6 });
      expect(second.times).toHaveLength(10);
    });

    it("a clock that wraps goes on", async () => {
      const wraps = { name: "wraps.ts", args: `${x264} -g 10 -c:a aac -output_ts_offset 95441.9` };
      const { times } = await outcome(wraps, { drivers });
      expect(times).toHaveLength(25);
      expect(times.at(-1)! - times[0]!).toBeCloseTo(0.96, 3);
    });

    it("a file that breaks off gives what is there and tells where, or is one error", async () => {
      const cut = {
        name: "cut.mkv",
        args: `${x264} -g 10 -c:a aac`,
        seconds: 2,
        spoil: (bytes: Buffer) => bytes.subarray(0, bytes.length / 2),
      };
      const { report, times } = await outcome(cut, { drivers });
      expect(times.length).toBeLessThan(40);
      expect(report.damaged.at(-1)?.message).toMatch(/breaks off/);
      expect(report.damaged.at(-1)?.seconds).toBeCloseTo(times.at(-1)! + 0.04, 1);
      expect((await upscaled(cut, { drivers, strict: true })).error?.code).toBe("damaged-input");
    });

    it("a recording without its index says so", async () => {
      const spoil = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.indexOf("moov") - 4);
      const { error } = await upscaled(
        { name: "unfinished.mp4", args: `${x264} -c:a aac`, spoil },
        { drivers },
      );
      expect(error?.code).toBe("damaged-input");
      expect(error?.message).toMatch(/no index \(its moov box is missing\)/);
      expect(error?.fix).toMatch(/untrunc/);
    });

    it("dates and titles are kept, and none are made up", async () => {
      const args = `${x264} -c:a aac -metadata title=T -metadata date=2021 -metadata creation_time=2021-06-05T04:03:02Z`;
      const { output } = await outcome({ name: "titled.mp4", args }, { drivers });
      expect(output.format.tags).toMatchObject({
        title: "T",
        date: "2021",
        creation_time: "2021-06-05T04:03:02.000000Z",
      });
      expect(output.streams[0]?.tags?.["creation_time"]).toBe("2021-06-05T04:03:02.000000Z");
      const without = await outcome({ name: "plain.mp4", args: `${x264} -c:a aac` }, { drivers });
      expect(without.output.format.tags?.["creation_time"]).toBeUndefined();
    });

    it("colours that WebCodecs has no word for are kept, and what is not stated stays so", async () => {
      const args = x264Says("colorprim=bt470m:transfer=bt470bg:colormatrix=fcc");
      for (const name of ["colours.mp4", "colours.mkv"]) {
        const { output } = await outcome({ name, args }, { drivers });
        expect(output.streams[0]).toMatchObject({ color_space: "fcc", color_transfer: "bt470bg" });
      }
      const { output } = await outcome({ name: "unstated.mkv", args: `-map 0 ${x264}` }, { drivers });
      expect(output.streams[0]?.color_range).toBeUndefined();
    });

    it("the pixels' shape is kept exactly", async () => {
      const args = `-map 0 ${x264} -vf setsar=64/45`;
      for (const name of ["wide.mp4", "wide.mkv"]) {
        const { output } = await outcome({ name, args }, { drivers });
        const [wide, high] = (output.streams[0]?.sample_aspect_ratio ?? "").split(":").map(Number);
        expect(wide! / high!).toBeCloseTo(64 / 45, 4);
      }
    });
  });

  it("sound that a container cannot hold is encoded anew, copied or dropped as asked", async () => {
    const camera = { name: "camera.mov", args: `${x264} -c:a pcm_alaw -ar 8000 -ac 1` };
    const anew = await outcome(camera, { container: "mp4" });
    expect(anew.report.encoding.transcoded).toMatchObject([{ track: { codec: "alaw" }, codec: /aac|opus/ }]);
    expect(anew.sound.length).toBeGreaterThan(5);
    expect(anew.report.leftOut).toEqual([]);
    const kept = await outcome(camera, {});
    expect(kept.report.encoding.copied).toMatchObject([{ codec: "alaw" }]);
    const webm = await outcome({ name: "film.mp4", args: `${x264} -c:a aac` }, { container: "webm" });
    expect(webm.output.streams.map(({ codec_name: name }) => name)).toEqual(["vp9", "opus"]);
    expect(Math.abs(webm.sound[0]!)).toBeLessThan(0.03);
    const copied = await outcome(
      { name: "film.mp4", args: `${x264} -c:a aac` },
      { container: "webm", audio: "copy" },
    );
    expect(copied.report.leftOut).toMatchObject([{ reason: "container-cannot-hold" }]);
    const dropped = await outcome(camera, { audio: "drop" });
    expect(dropped.report.leftOut).toMatchObject([{ reason: "asked-to-drop" }]);
    expect(dropped.sound).toEqual([]);
  });

  it("sound that mediabunny does not read is FFmpeg's, or is told", async () => {
    const latm = { name: "latm.ts", args: `${x264} -c:a aac -mpegts_flags latm` };
    const both = await outcome(latm);
    expect([both.report.driver, both.sound.length > 40]).toEqual(["ffmpeg", true]);
    expect(both.report.encoding.transcoded).toMatchObject([{ track: { codec: "aac_latm" } }]);
    const without = await outcome(latm, { drivers: ["mediabunny"] });
    expect(without.report.leftOut).toMatchObject([{ track: { kind: "audio", codec: "aac_latm" } }]);
  });

  it("sound whose clock steps back alone is written, and told", async () => {
    const shift = "if(gte(N\\,20)\\,PTS-9000\\,PTS)";
    const args = `${x264} -c:a aac -bsf:a setts=pts=${shift}:dts=${shift.replaceAll("PTS", "DTS")}`;
    for (const drivers of alone) {
      const { report, times, sound } = await outcome({ name: "steps.ts", args }, { drivers });
      expect([times.length, sound.length]).toEqual([25, 48]);
      expect(report.changed.map(({ message }) => message)).toContainEqual(
        expect.stringMatching(/^The clock of the sound jumps back by/),
      );
    }
  });

  it("what is in a file beside picture and sound is told where it is not copied", async () => {
    const { report } = await outcome({
      name: "timecode.mov",
      args: `${x264} -c:a aac -timecode 01:02:03:04`,
    });
    expect(report.leftOut).toMatchObject([{ track: { kind: "data", codec: "tmcd" } }]);
    expect(report.media.blindSpots).toEqual([]);
    const dense = await outcome({ name: "dense.mkv", args: `-map 0 ${x264} -pix_fmt yuv444p` });
    expect(kinds(dense.report.changed)).toContain("sampling");
  });

  it("old containers' tags are carried over, and a GIF without transparency loses none", async () => {
    const avi = await outcome({
      name: "garage.avi",
      args: "-c:v mpeg4 -c:a mp3 -metadata title=Garage -metadata artist=Me -metadata date=2004",
    });
    expect(avi.output.format.tags).toMatchObject({ title: "Garage", artist: "Me", date: "2004" });
    const filter = "split[a][b];[a]palettegen=reserve_transparent=0[p];[b][p]paletteuse";
    const gif = await outcome({ name: "opaque.gif", args: `-map 0 -vf ${filter}` });
    expect(gif.report.leftOut).toEqual([]);
  });
});
