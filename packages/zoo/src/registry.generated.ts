/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Registry } from "./registry.ts";

export const registry: Registry = {
};
