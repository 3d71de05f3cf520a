/** One thread count's measurements, in a process of their own. */

import type { CpuBench } from "./measure.ts";
import { measureCpu } from "./measure.ts";

const bench = JSON.parse(process.argv[2]!) as CpuBench;
const absent = await measureCpu(bench, (figures) => void process.send!({ figures }));
// onnxruntime-web's threads would keep the process
process.send!({ absent }, undefined, undefined, () => process.exit(0));
