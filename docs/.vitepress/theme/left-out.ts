/** Stands for onnxruntime-web, which this site does without: 41 MB, and the engine that runs here is another. */

throw new Error("onnxruntime-web is left out of this site.");
