/** The same in Node: prints what it has seen. @param argv[2] the folder of the models, as a URL */

import { Worker } from "node:worker_threads";
import { loadModel } from "@tatami/zoo";
import { compareDoors } from "./compare.js";

const model = await loadModel("micro-x2", { baseUrl: process.argv[2] });
const worker = () => new Worker(new URL("./upscaler.worker.mjs", import.meta.url));
process.stdout.write(JSON.stringify(await compareDoors(model, worker)));
