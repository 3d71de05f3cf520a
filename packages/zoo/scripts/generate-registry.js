/**
 * Writes src/registry.generated.ts from the cards in models/: one literal `new URL(…, import.meta.url)`
 * a model, which is the only form that Vite and webpack recognise and bundle. And a module for each model alone, in
 * src/models/ by scale, and the table of models in README.md, from the same cards; src/restorers.generated.ts from those in
 * restorers/.
 *
 * `node scripts/generate-registry.js` writes; the build runs it. A test asserts that it changes nothing.
 */

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const models = new URL("../models/", import.meta.url);
const target = new URL("../src/registry.generated.ts", import.meta.url);
const modules = new URL("../src/models/", import.meta.url);
const restorers = new URL("../restorers/", import.meta.url);
const restorerTarget = new URL("../src/restorers.generated.ts", import.meta.url);
const readme = new URL("../README.md", import.meta.url);

/** The text of the registry for what is in models/ now. */
export async function generateRegistry() {
  const cards = await readCards();
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

/** By path below src/models/: a module for each model that loads it alone, so that bundlers emit no other. */
export async function generateModules() {
  const cards = await readCards();
  return new Map(
    cards.map(({ name, scale, sha256, psnr }) => [
      `x${scale}/${name}.generated.ts`,
      "/** Written by scripts/generate-registry.js from models/*.json; do not edit. */\n\n" +
        'import type { Model } from "@tatami/graph";\n' +
        'import type { ReadModelOptions } from "../../read-model.ts";\n' +
        'import { loaderOf } from "../../read-model.ts";\n\n' +
        `/** Loads ${name} alone${psnr.set5 === undefined ? "" : ` (Set5: ${psnr.set5} dB)`}: no other model comes into a bundle. */\n` +
        "export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({\n" +
        `  name: ${JSON.stringify(name)},\n` +
        `  sha256: ${JSON.stringify(sha256)},\n` +
        `  url: () => new URL(${JSON.stringify(`../../../models/${name}.onnx`)}, import.meta.url),\n` +
        "});\n",
    ]),
  );
}

/** The text of the restorers' list: of those in restorers/, by what they are for. */
export async function generateRestorers() {
  const files = (await readdir(restorers)).filter((file) => file.endsWith(".onnx")).sort();
  const cards = await Promise.all(files.map((file) => readCheckedCard(restorers, file)));
  const kinds = cards.map(({ kind }) => JSON.stringify(kind)).join(" | ");
  const entries = cards.map(
    ({ name, kind, sha256 }) =>
      `  ${kind}: {\n    name: ${JSON.stringify(`${name}.${kind}`)},\n    sha256: ${JSON.stringify(sha256)},\n` +
      `    url: () => new URL(${JSON.stringify(`../restorers/${name}.${kind}.onnx`)}, import.meta.url),\n  },\n`,
  );
  return (
    "/** Written by scripts/generate-registry.js from restorers/*.json; do not edit. */\n\n" +
    'import type { ShippedFile } from "./read-model.ts";\n\n' +
    `export const shippedRestorers: Readonly<Record<${kinds}, ShippedFile>> = {\n${entries.join("")}};\n`
  );
}

/** README.md with the table of what is in models/ now between its two marks. */
export async function generateReadme() {
  const rows = (await readCards()).map((card) => [
    `\`${card.name}\``,
    `×${card.scale}`,
    card.track,
    String(card.parameters),
    (card.macs720p / 1e9).toFixed(2),
    String(card.totalSteps ?? card.steps),
    ...["set5", "set14"].map((set) => describeScore(card.psnr[set], card.bicubicPsnr[set])),
  ]);
  const head = ["model", "scale", "track", "weights", "GMAC to 720p", "steps", "Set5, dB", "Set14, dB"];
  const text = await readFile(readme, "utf8");
  const [begin, end] = ["<!-- models -->", "<!-- end of models -->"];
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`README.md has no ${begin} and ${end}.`);
  return `${before}${begin}\n\n${markdownTable(head, rows)}\n${end}${after}`;
}

/** `37.00 (+3.33)`: Y-PSNR, and by how much it is better than bicubic enlargement. */
function describeScore(psnr, bicubic) {
  if (psnr === undefined) return "–";
  const gain = psnr - bicubic;
  return `${psnr.toFixed(2)} (${gain < 0 ? "−" : "+"}${Math.abs(gain).toFixed(2)})`;
}

/** Columns of one width, as the formatter writes them; all but the first three to the right. */
function markdownTable(head, rows) {
  const widths = head.map((title, column) =>
    Math.max(3, ...[title, ...rows.map((row) => row[column])].map((cell) => cell.length)),
  );
  const isText = (column) => column < 3;
  const line = (cells) =>
    `| ${cells.map((cell, column) => (isText(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(" | ")} |\n`;
  const rule = widths.map((width, column) =>
    isText(column) ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [head, rule, ...rows].map(line).join("");
}

/** Every card, by scale and then by size. */
async function readCards() {
  const names = (await readdir(models)).filter((file) => file.endsWith(".json")).sort();
  const cards = await Promise.all(names.map(readCard));
  return cards.sort(
    (a, b) => a.scale - b.scale || a.parameters - b.parameters || a.name.localeCompare(b.name, "en"),
  );
}

async function readCard(file) {
  const card = await readCheckedCard(models, file.replace(/json$/, "onnx"));
  if (`${card.name}.json` !== file) throw new Error(`models/${file} names itself "${card.name}".`);
  return card;
}

/** The card beside a network's file, which has to be the one that the card is of. */
async function readCheckedCard(folder, file) {
  const card = JSON.parse(await readFile(new URL(file.replace(/onnx$/, "json"), folder), "utf8"));
  const bytes = await readFile(new URL(file, folder));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (card.sha256 !== sha256)
    throw new Error(`The card of ${file} says sha256 ${card.sha256}, but the file has ${sha256}.`);
  return card;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(target, await generateRegistry());
  await writeFile(restorerTarget, await generateRestorers());
  await writeFile(readme, await generateReadme());
  await rm(modules, { recursive: true, force: true });
  for (const [file, text] of await generateModules()) {
    const path = new URL(file, modules);
    await mkdir(new URL(".", path), { recursive: true });
    await writeFile(path, text);
  }
}
