/** Encoders into a space that both networks' features are mixed in, and decoders out of it: in training only. */

import type { Node, Tensor, WeightSpec } from "@tatami/graph";
import { conv2d, tensor } from "@tatami/graph";
import type { Tensors } from "../objective/super-resolution.ts";
import type { FeatureMeasures } from "./measure.ts";

/** Whose features. */
export type Side = "teacher" | "pupil";

/** What every mixer's weight begins with. */
export const mixerPrefix = "mixer";

const sides: readonly Side[] = ["teacher", "pupil"];

/** One 3×3 convolution, linear. */
interface Part {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Its middle tap as it begins, `[outputs][inputs]`; all others begin at nothing. */
  readonly tap: (output: number, input: number) => number;
}

/** Their weights, and how they begin. */
export interface Mixers {
  readonly specs: readonly WeightSpec[];
  /**
   * The teacher's code is its leading directions, whose projection is the best of that many channels; the pupil's is its
   * features as they are.
   */
  readonly initial: Tensors;
}

/** @param pupil its channels at each point. @param latent channels of the space */
export function createMixers(
  teacher: readonly FeatureMeasures[],
  pupil: readonly number[],
  latent: number,
): Mixers {
  const parts = teacher.flatMap(({ channels, directions }, point) => {
    const own = pupil[point]!;
    const along = (code: number, channel: number): number =>
      code < channels ? directions[code * channels + channel]! : 0;
    const same = (a: number, b: number): number => Number(a === b);
    return [
      { name: nameOf(point, "teacher", "encode"), inputs: channels, outputs: latent, tap: along },
      {
        name: nameOf(point, "teacher", "decode"),
        inputs: latent,
        outputs: channels,
        tap: (channel, code) => along(code, channel),
      },
      { name: nameOf(point, "pupil", "encode"), inputs: own, outputs: latent, tap: same },
      { name: nameOf(point, "pupil", "decode"), inputs: latent, outputs: own, tap: same },
    ] satisfies readonly Part[];
  });
  return {
    specs: parts.flatMap(({ name, inputs, outputs }): readonly WeightSpec[] => [
      { name: `${name}.kernel`, shape: [outputs, inputs, 3, 3], begin: { kind: "constant", value: 0 } },
      { name: `${name}.bias`, shape: [outputs], begin: { kind: "constant", value: 0 } },
    ]),
    initial: Object.fromEntries(
      parts.flatMap((part): readonly (readonly [string, Tensor])[] => [
        [`${part.name}.kernel`, middleTaps(part)],
        [`${part.name}.bias`, tensor([part.outputs])],
      ]),
    ),
  };
}

/** Features into the space, or out of it. */
export function mix(
  weight: (name: string) => Node,
  point: number,
  side: Side,
  way: "encode" | "decode",
  features: Node,
): Node {
  const name = nameOf(point, side, way);
  return conv2d(features, weight(`${name}.kernel`), weight(`${name}.bias`));
}

/** Every network there is to go on in, the teacher first: the paths from one point to the end, {@link sides} for each part. */
export function pathsFrom(parts: number): readonly (readonly Side[])[] {
  if (parts === 0) return [[]];
  return pathsFrom(parts - 1).flatMap((path) => sides.map((side) => [...path, side]));
}

function nameOf(point: number, side: Side, way: "encode" | "decode"): string {
  return `${mixerPrefix}${point}.${side}.${way}`;
}

function middleTaps({ inputs, outputs, tap }: Part): Tensor {
  const kernel = tensor([outputs, inputs, 3, 3]);
  for (let output = 0; output < outputs; output++)
    for (let input = 0; input < inputs; input++)
      kernel.data[(output * inputs + input) * 9 + 4] = tap(output, input);
  return kernel;
}
