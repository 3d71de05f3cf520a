/**
 * Writes src/registry.generated.ts from the cards in models/: one literal `new URL(…, import.meta.url)`
 * a model, which is the only form that Vite and webpack recognise and bundle.
 *
 * `node scripts/generate-registry.js` writes; the build runs it. A test asserts that it changes nothing.
 */

import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const models = new URL("../models/", import.meta.url);
const target = new URL("../src/registry.generated.ts", import.meta.url);

/** The text of the registry for what is in models/ now. */
export async function generateRegistry() {
  const names = (await readdir(models)).filter((file) => file.endsWith(".json")).sort();
  const cards = await Promise.all(names.map(readCard));
  cards.sort((a, b) => a.scale - b.scale || a.parameters - b.parameters || a.name.localeCompare(b.name));
  const entries = cards.map(
    (card) =>
      `  ${JSON.stringify(card.name)}: {\n` +
      `    card: ${JSON.stringify(card)},\n` +
      `    url: () => new URL(${JSON.stringify(`../models/${card.name}.onnx`)}, import.meta.url),\n` +
      `  },\n`,
  );
  return (
    "/** Written by scripts/generate-registry.js from models/*.json; do not edit. */\n\n" +
    'import type { Registry } from "./registry.ts";\n\n' +
    `export const registry: Registry = {\n${entries.join("")}};\n`
  );
}

async function readCard(file) {
  const card = JSON.parse(await readFile(new URL(file, models), "utf8"));
  if (`${card.name}.json` !== file) throw new Error(`models/${file} names itself "${card.name}".`);
  const bytes = await readFile(new URL(`${card.name}.onnx`, models));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (card.sha256 !== sha256) {
    throw new Error(`models/${file} says sha256 ${card.sha256}, but models/${card.name}.onnx has ${sha256}.`);
  }
  return card;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(target, await generateRegistry());
