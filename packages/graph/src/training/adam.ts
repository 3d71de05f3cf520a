/** Adam for one tensor, as nodes. */

import { add, divide, multiply, plus, relu, squareRoot, subtract, times } from "../build.ts";
import { parameter } from "../build-training.ts";
import type { Node } from "../node.ts";
import type { ResolvedStepOptions } from "./step-options.ts";

/** What a step keeps of one tensor beside its weights. */
export type StateKind = "weights" | "first" | "second" | "largest" | "average";

/** Single numbers under shapes that fit the tensor. */
export interface AdamNumbers {
  /** What the gradient is multiplied by first: the clip by norm. */
  readonly scale: Node;
  readonly rate: Node;
  readonly firstCorrection: Node;
  readonly secondCorrection: Node;
  /** Absent where no average is kept. */
  readonly averageShare: Node | undefined;
}

/**
 * Adam (Kingma and Ba, 2015, algorithm 1), with AMSGrad (Reddi et al., 2018) and a moving average of the
 * weights when asked for. Moments are parameters named after the weights: `w/first`, `w/second`, …
 *
 * @returns what each kept tensor becomes.
 */
export function adam(
  weights: Node<"parameter">,
  gradient: Node,
  { scale, rate, firstCorrection, secondCorrection, averageShare }: AdamNumbers,
  { beta1, beta2, epsilon, amsgrad }: ResolvedStepOptions,
): Readonly<Partial<Record<StateKind, Node>>> {
  const { name, shape } = weights.arg;
  const kept = (kind: StateKind): Node => parameter(`${name}/${kind}`, shape);
  const clipped = multiply(gradient, scale);
  const first = follow(kept("first"), clipped, beta1);
  const second = follow(kept("second"), multiply(clipped, clipped), beta2);
  const largest = amsgrad ? larger(kept("largest"), second) : undefined;
  const divisor = plus(squareRoot(multiply(largest ?? second, secondCorrection)), epsilon);
  const next = subtract(weights, divide(multiply(first, multiply(rate, firstCorrection)), divisor));
  return {
    weights: next,
    first,
    second,
    ...(largest && { largest }),
    ...(averageShare && { average: approach(kept("average"), next, averageShare) }),
  };
}

/** A mean that forgets. The two shares are rounded so that they add up to 1: a constant stays what it is. */
function follow(mean: Node, value: Node, beta: number): Node {
  const remembered = Math.fround(beta);
  return add(times(mean, remembered), times(value, 1 - remembered));
}

function approach(from: Node, to: Node, share: Node): Node {
  return add(from, multiply(subtract(to, from), share));
}

function larger(a: Node, b: Node): Node {
  return add(a, relu(subtract(b, a)));
}
