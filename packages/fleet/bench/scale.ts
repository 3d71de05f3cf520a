/**
 * What a fleet for many cameras comes to, by formulas and by a simulation of a day: segments a second, Redis' memory and commands,
 * requests to S3, machines, how long a recording waits, and what is full first. Computes no pixel and needs no Redis.
 *
 *     npm run scale -w @tatami/fleet [-- --cameras 1000 --hours 24 --machines 0 --rate 64.5 --share 1]
 *
 * `rate`: frames a second that one machine does; `share`: of the pixels, those that are computed after reuse; `machines`: 0 for just
 * enough. What Redis takes is what `npm run bench:fleet` measured.
 */

import { parseArgs } from "node:util";
import { createRandom } from "@tatami/core";

const { values } = parseArgs({
  options: {
    cameras: { type: "string", default: "1000" },
    hours: { type: "string", default: "24" },
    machines: { type: "string", default: "0" },
    rate: { type: "string", default: "64.5" },
    share: { type: "string", default: "1" },
    price: { type: "string", default: "0.1" },
  },
});
const [cameras, hours, asked, rate, share, price] = [
  values.cameras,
  values.hours,
  values.machines,
  values.rate,
  values.share,
  values.price,
].map(Number) as [number, number, number, number, number, number];

/** Of what is recorded: frames a second, seconds of a file and of a segment, bits a second in and out. */
const recorded = { frames: 25, file: 3600, segment: 10, input: 2e6, output: 6e6 };
/** Of Redis, measured: commands and seconds of a core a segment, bytes of a segment and of a file that wait. */
const redis = { commands: 31.4, seconds: 124e-6, segment: 1439, file: 1036 };
/** Segments that wait at most before another file is cut. */
const mostWaiting = 5000;
/** Bytes that are read of a source at once, and requests beside those: HEAD, LIST, GET, PUT, GET, DELETE. */
const s3 = { read: 4 * 2 ** 20, requests: 6 };
/** Bits a second of a shared folder's link. */
const link = 1e9;

const perFile = recorded.file / recorded.segment;
/** Seconds that a machine works on a segment. */
const work = (recorded.segment * recorded.frames * share) / rate;
const segments = cameras / recorded.segment;
const needed = Math.ceil(segments * work);
const machines = asked > 0 ? asked : needed;

print("recordings a day", count(cameras * 24));
print("segments a day", count(segments * 86_400));
print("segments a second", segments.toFixed(1));
print("Redis' commands a second", count(segments * redis.commands));
print("Redis' share of a core", `${(100 * segments * redis.seconds).toFixed(1)} %`);
print("segments a second that fill a core of Redis", count(1 / redis.seconds));
print(
  "requests to S3 a second",
  count(segments * (s3.requests + (recorded.input * recorded.segment) / 8 / s3.read)),
);
const [read, written] = [cameras * (recorded.input * 2 + recorded.output * 2), cameras * recorded.output * 2];
print("shared folder, read", `${(read / 8e9).toFixed(2)} GB/s`);
print("shared folder, written", `${(written / 8e9).toFixed(2)} GB/s`);
print("cameras that fill a link of 1 Gbit/s", count((link * cameras) / Math.max(read, written)));
print("seconds of a machine a segment", work.toFixed(2));
print("machines at least", count(needed));
print("machines", count(machines));
print("cost of a day, at a price an hour of a machine", count(machines * 24 * price));

simulate();

/** A day, second by second: recordings end at moments of their own, are cut as there is room, and worked on in order. */
function simulate(): void {
  const random = createRandom(1);
  const ends = Array.from({ length: cameras }, () => random.integer(recorded.file));
  const files: { readonly end: number; left: number }[] = [];
  // files are done in order: what is before is done, then those that are cut
  let [done, cut] = [0, 0];
  let [waitingSegments, atWork, carried] = [0, 0, 0];
  const peak = { files: 0, segments: 0, memory: 0 };
  const waits: number[] = [];
  const last = hours * 3600;
  let busy = 0;
  const byOffset = new Map<number, number>();
  for (const end of ends) byOffset.set(end, (byOffset.get(end) ?? 0) + 1);
  let now = 0;
  for (; now < last || done < files.length; now++) {
    if (now >= recorded.file && now < last)
      for (let each = byOffset.get(now % recorded.file) ?? 0; each > 0; each--)
        files.push({ end: now, left: perFile });
    while (cut < files.length && waitingSegments < mostWaiting) {
      cut++;
      waitingSegments += perFile;
    }
    carried += machines / work;
    const able = Math.floor(carried);
    const made = Math.min(able, waitingSegments);
    carried = made < able ? 0 : carried - able;
    busy += made;
    waitingSegments -= made;
    atWork = Math.min(machines, made);
    for (let rest = made; rest > 0;) {
      const file = files[done]!;
      const of = Math.min(rest, file.left);
      file.left -= of;
      rest -= of;
      if (file.left > 0) break;
      waits.push(now - file.end);
      done++;
    }
    const waitingFiles = files.length - cut;
    const memory = (waitingSegments + atWork) * redis.segment + (waitingFiles + cut - done) * redis.file;
    peak.files = Math.max(peak.files, waitingFiles);
    peak.segments = Math.max(peak.segments, waitingSegments);
    peak.memory = Math.max(peak.memory, memory);
    if (now > last * 20) throw new Error("The machines never catch up.");
  }
  waits.sort((a, b) => a - b);
  const at = (part: number): string => `${count(waits[Math.floor(part * (waits.length - 1))] ?? 0)} s`;
  print("simulated: recordings done", count(done));
  print("simulated: machines busy", `${((100 * busy * work) / (machines * now)).toFixed(0)} % of the time`);
  print("simulated: files that wait at most", count(peak.files));
  print("simulated: segments that wait at most", count(peak.segments));
  print("simulated: Redis' memory at most", `${(peak.memory / 1e6).toFixed(1)} MB`);
  print("simulated: a recording is done after", `${at(0.5)} (half), ${at(0.95)} (95 %), ${at(1)} (all)`);
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function print(what: string, value: string): void {
  process.stdout.write(`${what.padEnd(48)}${value}\n`);
}
