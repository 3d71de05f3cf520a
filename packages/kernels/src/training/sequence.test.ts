import fc from "fast-check";
import { describe, it } from "vitest";
import { orderCodes } from "./codes.ts";
import {
  builds,
  check,
  createNoise,
  expectClose,
  loadInstances,
  put,
  putPlane,
  takePlane,
} from "./training-kernels.fixture.ts";

const padded = (channels: number): number => (channels === 1 ? 1 : Math.ceil(channels / 4) * 4);

const scans = fc.record({
  heads: fc.integer({ min: 1, max: 4 }),
  states: fc.constantFrom(1, 3, 4, 8, 9, 16),
  values: fc.constantFrom(1, 2, 3, 4, 8, 16),
  rows: fc.integer({ min: 1, max: 3 }),
  tokens: fc.integer({ min: 1, max: 21 }),
  own: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
  reversed: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

const cuts = fc.record({
  size: fc.integer({ min: 1, max: 5 }),
  across: fc.integer({ min: 1, max: 4 }),
  down: fc.integer({ min: 1, max: 3 }),
  draw: fc.nat(),
  order: fc.constantFrom(...Object.values(orderCodes)),
  channels: fc.constantFrom(1, 4, 16),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

describe.each(builds)("rows of tokens (%s)", (build) => {
  it("are scanned head by head, from either end", async () => {
    const create = await loadInstances(build);
    check(
      scans,
      ({ heads, states, values, rows, tokens, own, reversed, seed }) => {
        const kernels = create();
        const noise = createNoise(seed);
        const plane = (count: number, map = (x: number): number => x) => {
          const lanes = padded(count);
          const picture = noise(rows * tokens * lanes).map((x, i) => (i % lanes < count ? map(x) : 0));
          return { ...putPlane(kernels, tokens, rows, lanes, picture), picture, lanes };
        };
        const q = plane(states * (own[0] ? heads : 1));
        const k = plane(states * (own[1] ? heads : 1));
        const v = plane(values * (own[2] ? heads : 1));
        const g = plane(heads, (x) => -Math.abs(x));
        const lanes = padded(heads * values);
        const target = putPlane(kernels, tokens, rows, lanes);
        const [decays, state] = [kernels.allocate(tokens + 4), kernels.allocate(states)];
        const planes = [q, k, v, g, target].map(({ address }) => address);
        const numbers = [heads, states, values, ...own.map(Number), Number(reversed)];
        kernels.run.selectiveScan(kernels.describe([...planes, ...numbers, decays.address, state.address]));
        const expected = new Float32Array(rows * tokens * lanes);
        for (let row = 0; row < rows; row++)
          for (let head = 0; head < heads; head++) {
            const sum = new Float64Array(states * values);
            for (let step = 0; step < tokens; step++) {
              const token = row * tokens + (reversed ? tokens - 1 - step : step);
              const of = ({ picture, lanes: all }: typeof q, at: number) => picture[token * all + at]!;
              const decay =
                step === 0 ? 0 : Math.exp(g.picture[(token + Number(reversed)) * g.lanes + head]!);
              for (let p = 0; p < values; p++)
                for (let s = 0; s < states; s++) {
                  const fed =
                    of(k, (own[1] ? head * states : 0) + s) * of(v, (own[2] ? head * values : 0) + p);
                  sum[p * states + s] = sum[p * states + s]! * decay + fed;
                  expected[token * lanes + head * values + p]! +=
                    of(q, (own[0] ? head * states : 0) + s) * sum[p * states + s]!;
                }
            }
          }
        expectClose(takePlane(kernels, target), expected);
      },
      120,
    );
  });

  it("are the windows of a picture, and become it again", async () => {
    const create = await loadInstances(build);
    check(cuts, ({ size, across, down, draw, order, channels, seed }) => {
      const kernels = create();
      const shift = draw % size;
      const [width, height, more] = [across * size, down * size, shift > 0 ? 1 : 0];
      const [columns, windows] = [across + more, (across + more) * (down + more)];
      const noise = createNoise(seed);
      const picture = noise(width * height * channels);
      const source = putPlane(kernels, width, height, channels, picture);
      // what lay there before is to be overwritten
      const target = putPlane(kernels, size ** 2, windows, channels, noise(windows * size ** 2 * channels));
      kernels.run.windowPlane(source.address, target.address, size, order, shift);
      const expected = Float32Array.from({ length: windows * size ** 2 * channels }, (_, i) => {
        const [window, at] = [Math.floor(i / channels / size ** 2), Math.floor(i / channels) % size ** 2];
        const token = order & 2 ? size ** 2 - 1 - at : at;
        const [slow, fast] = [Math.floor(token / size), token % size];
        const y = Math.floor(window / columns) * size - shift + (order & 1 ? fast : slow);
        const x = (window % columns) * size - shift + (order & 1 ? slow : fast);
        const inside = y >= 0 && x >= 0 && y < height && x < width;
        return inside ? picture[(y * width + x) * channels + (i % channels)]! : 0;
      });
      expectClose(takePlane(kernels, target), expected, 0);
      const back = putPlane(kernels, width, height, channels, noise(picture.length));
      kernels.run.unwindowPlane(target.address, back.address, size, order, shift);
      expectClose(takePlane(kernels, back), picture, 0);
    });
  });

  it("are summed up to each number, along any strides", async () => {
    const kernels = (await loadInstances(build))();
    const source = put(kernels, Float32Array.of(1, 2, 3, 4, 5, 6));
    const target = put(kernels, new Float32Array(8));
    const table = (start: number, sizes: number[], from: number[], to: number[]): number =>
      kernels.describe([source.address + start, target.address, 1, 1, 1, 1, ...sizes, ...from, ...to]);
    kernels.run.cumulateStrided(table(0, [2, 3], [0, 0, 0, 0, 12, 4], [0, 0, 0, 0, 12, 4]));
    expectClose(target.floats(), [1, 3, 6, 4, 9, 15, 0, 0], 0);
    // columns, from the end
    kernels.run.cumulateStrided(table(12, [3, 2], [0, 0, 0, 0, 4, -12], [0, 0, 0, 0, 8, 4]));
    expectClose(target.floats(), [4, 5, 5, 7, 6, 9, 0, 0], 0);
  });
});
