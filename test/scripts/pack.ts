/**
 * Packs every package that is published, as it is published, into a folder of tarballs:
 *
 *     npm run pack -- FOLDER
 *
 * A package's own manifest is for this repository: it leads to its sources by a condition, has its tools beside it, and
 * names versions exactly. What is packed has none of that: see {@link publishedManifest}.
 */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
/** Leads to TypeScript that is not packed. */
const sourceCondition = "@tatami/source";

/** What is led to under some conditions. */
type Entry = string | { readonly [condition: string]: Entry };

/** What is used of a manifest. */
interface Manifest {
  readonly name: string;
  readonly author?: string;
  readonly keywords?: readonly string[];
  readonly files?: readonly string[];
  readonly exports?: Entry;
  readonly imports?: Entry;
  readonly scripts?: unknown;
  readonly bin?: object;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: unknown;
  readonly [other: string]: unknown;
}

/**
 * Packs all packages. They have to be built.
 *
 * @param folder where tarballs are written; made when it is not there
 * @param wanted which packages, by name; all when left out
 * @returns paths of tarballs by packages' names
 */
export async function packAll(
  folder: string,
  wanted: (name: string) => boolean = () => true,
): Promise<ReadonlyMap<string, string>> {
  const target = resolve(folder);
  await mkdir(target, { recursive: true });
  const shared = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as Manifest;
  const home = await findHome();
  if (home === undefined) console.error("The repository has no address on a server: the packages name none.");
  const work = await mkdtemp(join(tmpdir(), "tatami-pack-"));
  try {
    const packed = new Map<string, string>();
    for (const name of (await readdir(join(root, "packages"))).toSorted()) {
      const from = join(root, "packages", name);
      const text = await readFile(join(from, "package.json"), "utf8").catch(() => undefined);
      if (text === undefined) continue;
      const manifest = JSON.parse(text) as Manifest;
      if (!wanted(manifest.name)) continue;
      const published = publishedManifest(manifest, shared, `packages/${name}`, home);
      const to = join(work, name);
      await mkdir(to);
      for (const file of [...(published.files ?? []), "README.md"])
        await cp(join(from, file), join(to, file), {
          recursive: true,
          filter: (path) => !path.endsWith(".tsbuildinfo") && hasSource(from, path),
        });
      await cp(join(root, "LICENSE"), join(to, "LICENSE"));
      await writeFile(join(to, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
      const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", target], { cwd: to });
      packed.set(published.name, join(target, (JSON.parse(stdout) as [{ filename: string }])[0].filename));
    }
    return packed;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Whether a built file's module is still there: a build leaves what was made of modules that have moved or gone.
 *
 * @param folder the package's
 * @param path of a file below it
 */
export function hasSource(folder: string, path: string): boolean {
  const [, built] = /^dist[\\/](.+?)(?:\.d\.ts|\.js)(?:\.map)?$/.exec(relative(folder, path)) ?? [];
  if (built === undefined) return true;
  return ["src", "."].some((from) => existsSync(join(folder, from, `${built}.ts`)));
}

/**
 * A manifest as it is published: without tools, scripts and ways to sources; versions of others by caret, so that they are
 * shared with a user's own; and who, where and under what, which are said once, in the repository's own manifest.
 *
 * @param own of the package
 * @param shared of the repository
 * @param directory the package's, in the repository
 * @param home the repository's address for people; without one the manifest names none
 */
export function publishedManifest(
  own: Manifest,
  shared: Manifest,
  directory: string,
  home?: string,
): Manifest {
  const {
    devDependencies: _tools,
    scripts: _scripts,
    dependencies = {},
    exports,
    imports,
    bin,
    ...rest
  } = own;
  const { author, keywords } = shared;
  return {
    ...rest,
    ...(author !== undefined && { author }),
    ...(home !== undefined && {
      homepage: `${home}/tree/main/${directory}#readme`,
      bugs: `${home}/issues`,
      repository: { type: "git", url: `git+${home}.git`, directory },
    }),
    keywords: [...new Set([...(keywords ?? []), ...(own.keywords ?? [])])],
    publishConfig: { access: "public" },
    ...(bin && { bin }),
    exports: withoutSources(exports ?? {}) ?? {},
    ...(imports && { imports: withoutSources(imports) ?? {} }),
    dependencies: Object.fromEntries(
      Object.entries(dependencies).map(([name, range]) => [name, caret(range)]),
    ),
  };
}

/** Where this repository is for others to see: what a release runs in says so, else the remote that it was cloned from. */
async function findHome(): Promise<string | undefined> {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
  if (server && repository) return `${server}/${repository}`;
  const remote = await run("git", ["remote", "get-url", "origin"], { cwd: root }).then(
    ({ stdout }) => stdout.trim(),
    () => "",
  );
  const [, host, path] = /^(?:https:\/\/|git@)([\w.-]+\.\w+)[/:](.+?)(?:\.git)?$/.exec(remote) ?? [];
  return host && path ? `https://${host}/${path}` : undefined;
}

/** Exact versions become what is compatible with them. */
function caret(range: string): string {
  return /^\d/.test(range) ? `^${range}` : range;
}

/** Conditions but the one that leads to sources; entries of which nothing is left go. */
function withoutSources(entry: Entry): Entry | undefined {
  if (typeof entry === "string") return entry;
  const left = Object.entries(entry)
    .filter(([condition]) => condition !== sourceCondition)
    .map(([condition, value]): [string, Entry | undefined] => [condition, withoutSources(value)])
    .filter((each): each is [string, Entry] => each[1] !== undefined);
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) {
    console.error("npm run pack -- FOLDER");
    process.exit(2);
  }
  for (const [name, path] of await packAll(folder)) console.log(`${name}\t${path}`);
}
