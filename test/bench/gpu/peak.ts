/** What an adapter can at best: sums of products that depend on nothing but registers. */

/** Chains of vectors that do not wait for one another. */
const chains = 8;
const steps = 256;
const invocations = 64 * 256;

/** What is multiplied: four float32 by `fma`, or four 8-bit integers by `dot4I8Packed`. */
export type PeakKind = "float32" | "int8";

interface PeakShader {
  readonly type: string;
  readonly begin: (chain: number) => string;
  readonly factor: string;
  readonly step: (chain: number) => string;
}

const shaders: Readonly<Record<PeakKind, PeakShader>> = {
  float32: {
    type: "vec4f",
    begin: (chain) => `vec4f(${chain}.5)`,
    factor: "vec4f(f32(id.x) * 1e-9 + 0.999)",
    step: (chain) => `sum_${chain} = fma(sum_${chain}, factor, vec4f(0.001));`,
  },
  int8: {
    type: "i32",
    begin: (chain) => `i32(id.x) + ${chain}`,
    factor: "id.x * 2654435761u",
    // the sum is a factor too, or the product would be taken out of the loop
    step: (chain) => `sum_${chain} += dot4I8Packed(u32(sum_${chain}), factor);`,
  },
};

/** Multiply-accumulates a second, the best of some bursts; none where the browser has no such integers. */
export async function measurePeak(kind: PeakKind): Promise<number | undefined> {
  if (kind === "int8" && !navigator.gpu.wgslLanguageFeatures.has("packed_4x8_integer_dot_product"))
    return undefined;
  const { type, begin, factor, step } = shaders[kind];
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  const device = await adapter!.requestDevice();
  const lines = Array.from({ length: chains }, (_, i) => i);
  const code = `
@group(0) @binding(0) var<storage, read_write> result: array<${type}>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let factor = ${factor};
${lines.map((i) => `  var sum_${i} = ${begin(i)};`).join("\n")}
  for (var step = 0u; step < ${steps / 16}u; step++) {
${lines.map((i) => `    ${step(i)}`.repeat(16)).join("\n")}
  }
  result[id.x] = ${lines.map((i) => `sum_${i}`).join(" + ")};
}`;
  const module = device.createShaderModule({ code });
  const pipeline = await device.createComputePipelineAsync({
    layout: "auto",
    compute: { module, entryPoint: "main" },
  });
  // STORAGE
  const buffer = device.createBuffer({ size: invocations * 16, usage: 0x80 });
  const bindings = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [{ binding: 0, resource: { buffer } }],
  });
  const burst = async (count: number): Promise<number> => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindings);
    for (let i = 0; i < count; i++) pass.dispatchWorkgroups(invocations / 64);
    pass.end();
    const start = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return performance.now() - start;
  };
  // bursts long enough that starting them does not count
  let count = 1;
  while ((await burst(count)) < 50 && count < 65_536) count *= 2;
  let best = Infinity;
  for (let i = 0; i < 7; i++) best = Math.min(best, await burst(count));
  device.destroy();
  return ((invocations * steps * chains * 4 * count) / best) * 1000;
}
