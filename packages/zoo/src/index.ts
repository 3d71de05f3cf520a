/** The shipped models, loaded by name. */

export { listModels } from "./list-models.ts";
export { loadModel } from "./load-model.ts";
export type { LoadModelOptions } from "./load-model.ts";
export type { ModelCard } from "@tatami/graph";
