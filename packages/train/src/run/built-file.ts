/** Files that the build makes: the kernels, and the worker's code. */

/** The URL of a file in `dist`, for instance "run/checkpoint.js", whether this code runs from there or from its source. */
export function builtFile(name: string): URL {
  const here = import.meta.url;
  return new URL(here.endsWith(".ts") ? `../../dist/${name}` : `../${name}`, here);
}
