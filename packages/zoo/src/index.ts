/** The shipped models, loaded by name. */

export { chooseModel, chooseRules } from "./choose/choose-model.ts";
export type { ChooseModelOptions, Effort } from "./choose/choose-model.ts";
export { listModels } from "./list-models.ts";
export { loadModel } from "./load-model.ts";
export type { LoadModelOptions } from "./load-model.ts";
export type { ReadModelOptions } from "./read-model.ts";
export type { ModelCard } from "@tatami/graph";
