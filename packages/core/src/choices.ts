/** Closed lists of words that options are chosen from, where a program that only reads what was typed finds them at little cost. */

/** Engines, in the order in which they are tried. */
export const backendNames = ["webgpu", "onnx-webgpu", "wasm", "onnx-wasm", "cpu"] as const;

/** What a picture is to be: see `Look` of `@tatami/graph`. */
export const looks = ["faithful", "sharp"] as const;

/** How much is computed where a model is chosen: see `Effort` of `@tatami/zoo`. */
export const efforts = ["low", "medium", "high"] as const;

/** When a patch may be reused: see `ReuseMode` of `@tatami/patches`. */
export const reuseModes = ["exact", "bounded", "off"] as const;

/** Whether frames are fused: see `FuseMode` of `@tatami/patches`. */
export const fuseModes = ["auto", "static", "off"] as const;

/** What may be shown of how a picture came about: see `DebugView` of `@tatami/upscale`. */
export const debugViews = ["reuse", "routing", "fusion"] as const;
