/**
 * Multi-granularity mixed priors (MiPKD, arXiv 2404.02573): features of teacher and pupil are mixed at random, by element in
 * a space that both are encoded into, and by whole parts of the networks, and the mixtures have to become what the teacher
 * makes. What the abstract does not say (encoders, masks, weights but two, scaling) is ours: {@link DistilInit}.
 */

import type { Model, Node } from "@tatami/graph";
import {
  add,
  constant,
  isOp,
  multiply,
  parameter,
  replaceNodes,
  subtract,
  tensor,
  times,
} from "@tatami/graph";
import type { ExtraLoss, LossExtension, LossScene, Tensors } from "../objective/super-resolution.ts";
import { distance, sumOf } from "../objective/terms.ts";
import type { FeatureMeasures } from "./measure.ts";
import type { Side } from "./mixers.ts";
import { createMixers, mix, pathsFrom } from "./mixers.ts";
import type { Distil } from "./options.ts";
import type { PointedNetwork } from "./points.ts";
import { modelPoints, pointsOf } from "./points.ts";

/** The name of a point's mask among an example's tensors. */
export const maskName = (point: number): string => `mask${point}`;
/** The name of the teacher's features at a point, where they come with the examples. */
export const featureName = (point: number): string => `teacher${point}`;

/** What mixing is given. */
export interface MipkdInit {
  readonly distil: Distil;
  readonly teacher: readonly FeatureMeasures[];
  /** The teacher as a graph; without it its features are part of the examples, and no path leads through it. */
  readonly model?: Model;
  /** The pupil's channels at each point. */
  readonly pupil: readonly number[];
  /** Side of a crop in low-resolution pixels. */
  readonly crop: number;
}

/** What learns beside the pupil, how it begins, and what it adds to the pupil's loss. */
export interface Mipkd {
  readonly extension: LossExtension;
  readonly initial: Tensors;
}

/** One way from a mixture to a picture: behind a point, each further part in one of the two networks. */
interface Path {
  readonly point: number;
  readonly sides: readonly Side[];
}

/** The loss has a variant for every path, 14 with three points; one without any where no path is to be gone. */
export function createMipkd({ distil, teacher, model, pupil, crop }: MipkdInit): Mipkd {
  const { points, block } = distil;
  const { specs, initial } = createMixers(teacher, pupil, distil.latent);
  const paths: readonly (Path | undefined)[] =
    model && block > 0
      ? teacher.flatMap((_, point) => pathsFrom(points - point).map((sides) => ({ point, sides })))
      : [undefined];
  const variants = paths.map((path) => (scene: LossScene): ExtraLoss => {
    const { examples, low, built, weight } = scene;
    const masks = distil.mask === "halves" ? [] : teacher.map((_, point) => maskOf(point, examples));
    const given = model ? [] : teacher.map(({ channels }, point) => featuresOf(point, channels, examples));
    const own = pointsOf(built, points, "the pupil");
    const theirs: PointedNetwork | undefined = model && modelPoints(model, low, points);
    const features = theirs?.points ?? given;
    const codes = features.map((node, point) => mix(weight, point, "teacher", "encode", node));
    const mixed = codes.map((code, point) =>
      blend(
        masks[point] ?? halves(distil.latent),
        code,
        mix(weight, point, "pupil", "encode", own.points[point]!),
      ),
    );
    const decodedFrom = (code: Node, point: number): Node => {
      const decoded = mix(weight, point, "teacher", "decode", code);
      return times(distance(decoded, features[point]!), teacher[point]!.weight);
    };
    const terms: Record<string, Node> = {
      feature: sumOf(mixed.map(decodedFrom)),
      autoencoder: sumOf(codes.map(decodedFrom)),
    };
    if (path && theirs) {
      const made = follow(path, mixed, { teacher: theirs, pupil: own }, weight);
      // not clipped: where a mixture leaves the range it has to learn its way back
      terms["block"] = distance(...apart(made, theirs.output));
    }
    const loss = sumOf(
      (["feature", "autoencoder", "block"] as const).flatMap((name) =>
        terms[name] && distil[name] > 0 ? [times(terms[name], distil[name])] : [],
      ),
    );
    return { loss, terms, examples: [...masks, ...given] };
  });

  function maskOf(point: number, examples: number): Node<"parameter"> {
    return parameter(maskName(point), [examples, distil.latent, crop, crop]);
  }
  function featuresOf(point: number, channels: number, examples: number): Node<"parameter"> {
    return parameter(featureName(point), [examples, channels, crop, crop]);
  }
  return { extension: { specs, variants }, initial };
}

/** Decodes the mixture for its path's first network, runs that one's next part, and so on, across where the network changes. */
function follow(
  { point, sides }: Path,
  mixed: readonly Node[],
  networks: Readonly<Record<Side, PointedNetwork>>,
  weight: (name: string) => Node,
): Node {
  let at = mix(weight, point, sides[0]!, "decode", mixed[point]!);
  for (const [step, side] of sides.entries()) {
    const here = point + step;
    const before = sides[step - 1] ?? side;
    if (before !== side) at = mix(weight, here, side, "decode", mix(weight, here, before, "encode", at));
    const { points, output } = networks[side];
    at = replaceNodes(points[here + 1] ?? output, new Map([[points[here]!, at]]));
  }
  return at;
}

/** Two pictures, their sub-pixels as channels where both are made so. */
function apart(a: Node, b: Node): [Node, Node] {
  const isAlike = isOp(a, "depthToSpace") && isOp(b, "depthToSpace") && a.arg.block === b.arg.block;
  return isAlike ? [a.sources[0]!, b.sources[0]!] : [a, b];
}

/** mask · a + (1 − mask) · b. */
function blend(mask: Node, a: Node, b: Node): Node {
  return add(multiply(subtract(a, b), mask), b);
}

function halves(latent: number): Node {
  return constant(
    tensor(
      [1, latent, 1, 1],
      Float32Array.from({ length: latent }, (_, code) => Number(code < latent / 2)),
    ),
  );
}
