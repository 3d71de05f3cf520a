/** A selective scan as ONNX: onnxruntime's own node, or the product of matrices that it is inside a row of tokens. */

import { floatType } from "../../onnx/messages.ts";
import { tensor } from "../../tensor.ts";
import type { OnnxBody } from "../definition.ts";

/** What is to be written. */
interface WrittenScan {
  readonly heads: number;
  readonly states: number;
  readonly values: number;
  readonly tokens: number;
  /** Whether each head has its own q, k and v. */
  readonly own: readonly boolean[];
  readonly reversed: boolean;
}

/** The scan in the form that the file is written in, where that form has it. */
export function writeScan(body: OnnxBody, inputs: readonly string[], scan: WrittenScan): string {
  const known = body.scans === "linear-attention" && !scan.reversed && scan.own[2];
  return known ? writeNode(body, inputs, scan) : writeTriangle(body, inputs, scan);
}

/** `com.microsoft.LinearAttention`, update rule "gated"; rows are its batch. It shares queries and keys among heads itself. */
function writeNode(body: OnnxBody, inputs: readonly string[], { heads, own }: WrittenScan): string {
  const turned = inputs.map((input) => body.node("Transpose", [input], { perm: [0, 2, 3, 1] }));
  const channels = [1, 1, 1, 1].map((_, at) => body.node("Shape", [turned[at]!]));
  const rows = turned.map((each, at) => {
    const size = body.node("Slice", [channels[at]!, body.integers([2]), body.integers([4])]);
    const shape = body.node("Concat", [body.integers([-1]), size], { axis: 0 });
    return body.node("Reshape", [each, shape]);
  });
  const [q, k, v, g] = rows as [string, string, string, string];
  const result = body.node(
    "LinearAttention",
    [q, k, v, "", g],
    {
      q_num_heads: own[0] ? heads : 1,
      kv_num_heads: heads,
      update_rule: "gated",
      // left out, it would divide by √states
      scale: { float: 1 },
    },
    { domain: "com.microsoft", outputs: 2 },
  );
  const whole = body.node("Reshape", [result, channels[2]!]);
  return body.node("Transpose", [whole], { perm: [0, 3, 1, 2] });
}

/**
 * `Y = (Q Kᵀ ⊙ M) V`, where M holds the decays between every two tokens, e to the difference of their cumulative sums,
 * and zeros where a token comes too late: Dao and Gu, 2024, section 3.
 */
function writeTriangle(body: OnnxBody, inputs: readonly string[], scan: WrittenScan): string {
  const { heads, states, values, tokens, own, reversed } = scan;
  const matrices = (at: number, each: number, perm: readonly number[]): string => {
    const shape = body.integers([0, own[at] ? heads : 1, each, -1, tokens]);
    return body.node("Transpose", [body.node("Reshape", [inputs[at]!, shape])], { perm });
  };
  const asRows = [0, 1, 3, 4, 2];
  const queries = matrices(0, states, asRows);
  const keys = matrices(1, states, [0, 1, 3, 2, 4]);
  const products = body.node("MatMul", [queries, keys]);
  const sums = body.node("CumSum", [inputs[3]!, body.integers([3])]);
  const down = body.node("Reshape", [sums, body.integers([0, heads, -1, tokens, 1])]);
  const across = body.node("Reshape", [sums, body.integers([0, heads, -1, 1, tokens])]);
  const between = body.node("Sub", reversed ? [across, down] : [down, across]);
  const triangle = writeTriangleOf(body, tokens, reversed);
  // masked before, so that what is not needed cannot overflow
  const decays = body.node("Mul", [body.node("Exp", [body.node("Mul", [between, triangle])]), triangle]);
  const weighed = body.node("Mul", [decays, products]);
  const result = body.node("MatMul", [weighed, matrices(2, values, asRows)]);
  const turned = body.node("Transpose", [result], { perm: [0, 1, 4, 2, 3] });
  return body.node("Reshape", [turned, body.integers([0, heads * values, -1, tokens])]);
}

/** Ones where the column's token comes no later in the scan than the row's: a comparison, which is smaller in a file. */
function writeTriangleOf(body: OnnxBody, tokens: number, reversed: boolean): string {
  const places = Float32Array.from({ length: tokens }, (_, at) => at);
  const [row, column] = [body.floats(tensor([tokens, 1], places)), body.floats(tensor([1, tokens], places))];
  const known = body.node("GreaterOrEqual", reversed ? [column, row] : [row, column]);
  return body.node("Cast", [known], { to: floatType });
}
