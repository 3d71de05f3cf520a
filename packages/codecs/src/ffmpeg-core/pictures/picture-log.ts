/** What FFmpeg's log says of pictures on their way out: their times, and what could not be decoded before them. */

import { inputPath } from "../core/core-messages.ts";

/** A picture that has passed FFmpeg's `showinfo` filter. */
export interface LoggedPicture {
  /** In units of the filter's clock, or `null` for a picture without a time. */
  readonly pts: number | null;
  /** Seconds, exactly as `pts` says. */
  readonly seconds: number | null;
  readonly width: number;
  readonly height: number;
  /** What was said of undecodable places since the picture before. */
  readonly complaints: readonly string[];
}

/** Reads a command's log. Pictures leave the log in the order in which they are written. */
export interface PictureLog {
  accept(line: string): void;
  /** The next picture that has been written. */
  take(): LoggedPicture | undefined;
  /** What was said since the last picture. */
  takeComplaints(): readonly string[];
}

/** Complaints kept between two pictures at most: a broken file may make thousands. */
const maxComplaints = 16;

/** Makes an empty one. The command must log at `level+info`, with one `showinfo` filter in it. */
export function createPictureLog(): PictureLog {
  const pictures: LoggedPicture[] = [];
  let clock: readonly [number, number] | undefined;
  let complaints: string[] = [];
  const takeComplaints = (): readonly string[] => {
    const taken = complaints;
    complaints = [];
    return taken;
  };
  return {
    accept: (line) => {
      if (line.includes("Parsed_showinfo_")) {
        const base = /config in time_base: (\d+)\/(\d+)/.exec(line);
        if (base) clock = [Number(base[1]), Number(base[2])];
        const picture = /\] n: *\d+ pts: *(\S+) .* s:(\d+)x(\d+) /.exec(line);
        if (!picture || !clock) return;
        const pts = picture[1] === "NOPTS" ? null : Number(picture[1]);
        const seconds = pts === null ? null : (pts * clock[0]) / clock[1];
        const size = { width: Number(picture[2]), height: Number(picture[3]) };
        pictures.push({ pts, seconds, ...size, complaints: takeComplaints() });
      } else if (isComplaint(line) && complaints.length < maxComplaints) complaints.push(withoutMarks(line));
    },
    take: () => pictures.shift(),
    takeComplaints,
  };
}

/** A complaint without the names of FFmpeg's parts, their addresses, and the name that the input has for it. */
export function withoutMarks(line: string): string {
  return line
    .replace(/^(\[[^\]]*\] )+/, "")
    .replace(`${inputPath}: `, "")
    .trim()
    .replace(/\.+$/, "");
}

/** Errors of demuxers and decoders, and the one warning that says the same; times are of no matter to raw pictures. */
function isComplaint(line: string): boolean {
  if (line.includes("corrupt input packet")) return true;
  return /\[(error|fatal)\]/.test(line) && !line.includes("dts to muxer");
}
