/**
 * Writes the API reference into `docs/api`, one page an entry of a public package, from the comments of its exports. TypeDoc reads
 * by the compiler's JavaScript API, which TypeScript 7 has not: so this package alone has TypeScript 6 beside it.
 */

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Application, Converter, ReflectionKind } from "typedoc";
import type { TypeDocOptions } from "typedoc";
import type { PluginOptions } from "typedoc-plugin-markdown";

const root = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");
const out = fileURLToPath(new URL("../api", import.meta.url));

/** Of packages nobody names in a program, and entries that are for tests, for types alone or for one package of ours. */
const unlisted =
  /^@tatami\/(?:kernels|cli|.*\/(?:testing|jsx|program-contract|output-lock|pages|policy|models\/.*))$/;

/** Every public entry: its name in an import, and its source. */
function publicEntries(): ReadonlyMap<string, string> {
  const entries = readdirSync(`${root}/packages`).flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(`${root}/packages/${folder}/package.json`, "utf8")) as {
      readonly name: string;
      readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
    };
    return Object.entries(manifest.exports).map(
      ([part, ways]) =>
        [manifest.name + part.slice(1), `packages/${folder}/${ways["@tatami/source"]!.slice(2)}`] as const,
    );
  });
  return new Map(entries.filter(([name]) => !unlisted.test(name)));
}

const entries = publicEntries();
const options: TypeDocOptions & PluginOptions = {
  name: "Tatami",
  plugin: ["typedoc-plugin-markdown"],
  entryPoints: [...entries.values()].map((path) => `${root}/${path}`),
  tsconfig: fileURLToPath(new URL("../tsconfig.api.json", import.meta.url)),
  out,
  readme: "none",
  router: "module",
  // the sources are checked by TypeScript 7, where they are
  skipErrorChecking: true,
  disableSources: true,
  excludeExternals: true,
  excludeInternal: true,
  excludePrivate: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  entryFileName: "index.md",
  interfacePropertiesFormat: "table",
  typeDeclarationFormat: "table",
  parametersFormat: "table",
  groupOrder: ["Functions", "Classes", "Interfaces", "Type Aliases", "Variables"],
  enumMembersFormat: "table",
  sanitizeComments: true,
  // what is not exported has no page to lead to
  validation: false,
  logLevel: "Warn",
};

const app = await Application.bootstrapWithPlugins(options as TypeDocOptions);
app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
  for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
    // TypeDoc names a module by its file, from the folder that all entries share
    const [name] =
      [...entries].find(
        ([, path]) => path.replace("packages/", "").replace(/(\/index)?\.ts$/, "") === module.name,
      ) ?? [];
    if (name === undefined) throw new Error(`${module.name} is no entry of a package.`);
    module.name = name;
  }
});
const project = await app.convert();
if (project === undefined) throw new Error("TypeDoc read nothing.");
// an entry that it does not read has no page
if (app.logger.hasWarnings()) throw new Error("TypeDoc warned, as said above.");
rmSync(out, { recursive: true, force: true });
await app.generateOutputs(project);
// code that comments indent: fenced, and without the escapes that keep Vue from reading prose
for (const file of readdirSync(out, { recursive: true, encoding: "utf8" })) {
  if (!file.endsWith(".md")) continue;
  const text = readFileSync(`${out}/${file}`, "utf8");
  const fenced = text.replaceAll(/(?<=\n\n)(?: {4}.*\n)+/g, (code) => {
    const plain = code.replaceAll(/^ {4}/gm, "").replaceAll(/\\([{}<>])/g, "$1");
    return `\`\`\`ts\n${plain}\`\`\`\n`;
  });
  writeFileSync(`${out}/${file}`, fenced);
}
