/** What the Dockerfile and the compose file name is there: files, scripts, commands, flags, ports, variables. */

import { existsSync, readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type { Library } from "@tatami/cli";
import { main } from "@tatami/cli";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { root, sourceFiles } from "./source-files.ts";

/** An instruction of a Dockerfile, with the stage it stands in. */
interface Instruction {
  readonly stage: string;
  readonly name: string;
  readonly words: string;
}

/** A service of a compose file, as far as it is checked. */
interface ComposeService {
  readonly build?: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
}

const read = (name: string): string => readFileSync(`${root}/${name}`, "utf8");
const instructions = parseDockerfile(read("Dockerfile"));
const compose = parse(read("compose.yaml"), { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: object;
};

function parseDockerfile(file: string): readonly Instruction[] {
  let stage = "";
  return file
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, name = "", words = ""] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      if (name === "FROM") stage = / AS (\w+)$/.exec(words)?.[1] ?? "last";
      return { stage, name, words };
    });
}

/** The words of instructions of a name in a stage. */
function of(name: string, stage: string): readonly string[] {
  return instructions.filter((each) => each.name === name && each.stage === stage).map(({ words }) => words);
}

/** What a command of the command line explains of itself. */
async function help(words: readonly string[]): Promise<string> {
  const stdout = new PassThrough();
  const argv = [...words, "--help"];
  const world = { argv, env: {}, cwd: ".", stdout, stderr: new PassThrough(), now: () => 0 };
  const code = await main({ ...world, signal: new AbortController().signal, library: {} as Library });
  expect([words, code]).toEqual([words, 0]);
  stdout.end();
  return text(stdout);
}

/** Commands that containers run, by what names them. */
function commands(): ReadonlyMap<string, readonly string[]> {
  const usual = JSON.parse(of("CMD", "last")[0]!) as string[];
  const own = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);
  return new Map([
    ["Dockerfile", usual],
    ...own.map(([name, { command }]) => [name, command ?? usual] as const),
  ]);
}

test("images are of stages that there are, slim, and run as nobody of importance", () => {
  expect(of("FROM", "build")).toEqual(["node:${NODE}-slim AS build"]);
  expect(of("FROM", "last")).toEqual(["node:${NODE}-slim"]);
  const [, version] = /^NODE=(\d+)$/.exec(instructions.find(({ name }) => name === "ARG")!.words)!;
  expect(read(".github/workflows/ci.yml")).toMatch(new RegExp(`node: \\[.*\\b${version}\\b`));
  expect(of("USER", "last")).toEqual(["node"]);
  expect(of("HEALTHCHECK", "last")).toHaveLength(1);
});

test("what is copied is there, or is made by a stage before", () => {
  expect(of("COPY", "build")).toEqual([". ."]);
  const made = of("RUN", "build").join("\n");
  for (const copy of of("COPY", "last")) {
    const [, stage, from] = /^--from=(\w+) (\S+) \S+$/.exec(copy)!;
    expect(instructions.some((each) => each.stage === stage)).toBe(true);
    expect(made).toContain(`mkdir ${from} `);
  }
  const moved = / mv (.*) \/app /.exec(made)![1]!.split(" ");
  const ignored = read(".dockerignore");
  // what is built is left out of what is sent, so that nothing of this machine gets in
  for (const name of ["node_modules", "dist"]) expect(ignored).toContain(`**/${name}\n`);
  for (const path of moved) expect([path, path === "node_modules" || isTracked(path)]).toEqual([path, true]);
  const tracked = new Set(sourceFiles(/./).map(({ path }) => path.split("/")[0]));
  for (const line of ignored.split("\n"))
    if (!/^$|\*|^\.|^checkpoints$/.test(line)) expect(tracked).toContain(line.split("/")[0]);
});

/** Whether there is a file or a folder of this name. */
function isTracked(name: string): boolean {
  return sourceFiles(new RegExp(`^${name.replaceAll(".", "\\.")}(/|$)`)).length > 0;
}

test("what is run when it is built is there", () => {
  const runs = of("RUN", "build").join("\n");
  const names = [...runs.matchAll(/(?:--filter=|--workspace )(@tatami\/[a-z]+)/g)].map(([, name]) => name!);
  expect(names).toEqual(["@tatami/cli", "@tatami/cli"]);
  expect(JSON.parse(read("packages/cli/package.json"))).toMatchObject({ name: "@tatami/cli" });
  const { tasks } = JSON.parse(read("turbo.json")) as { readonly tasks: object };
  expect(Object.keys(tasks)).toContain(/turbo run (\w+)/.exec(runs)![1]);
  const lock = JSON.parse(read("package-lock.json")) as {
    readonly packages: Readonly<Record<string, unknown>>;
  };
  const [, removed] = /rm -r (\S+)/.exec(runs)!;
  expect(Object.keys(lock.packages).some((name) => name.startsWith(`${removed}/`))).toBe(true);
});

test("what is started is there: the program, its commands, their flags, the port", async () => {
  const [program, path] = JSON.parse(of("ENTRYPOINT", "last")[0]!) as [string, string];
  const { bin } = JSON.parse(read("packages/cli/package.json")) as {
    readonly bin: { readonly tatami: string };
  };
  expect([program, path]).toEqual(["node", `/app/packages/cli/${bin.tatami.slice(2)}`]);
  expect(existsSync(`${root}/packages/cli/src/bin.ts`)).toBe(true);
  const [port] = of("EXPOSE", "last");
  for (const [where, words] of commands()) {
    const command = words.slice(
      0,
      words.findIndex((word) => word.startsWith("-")),
    );
    const explained = await help(command);
    for (const flag of words.filter((word) => word.startsWith("--")))
      expect([where, flag, explained.includes(`${flag} `)]).toEqual([where, flag, true]);
    if (command[0] === "serve") expect(words[words.indexOf("--port") + 1]).toBe(port);
    // stores and roots are on what is kept
    for (const name of ["--store", "--root"])
      if (words.includes(name)) expect(words[words.indexOf(name) + 1]).toMatch(/^\/data\b/);
  }
  expect(await help(["serve"])).toContain(`default ${port}`);
  expect(of("HEALTHCHECK", "last")[0]).toContain(`http://127.0.0.1:${port}/health`);
  expect(read("packages/serve/src/http/app.ts")).toContain('get("/health"');
  expect(of("VOLUME", "last")).toEqual(["/data"]);
});

test("services are on volumes and behind ports that there are; one that computes waits for the queue", () => {
  expect(Object.keys(compose.services)).toEqual(["service", "worker", "queue"]);
  const port = of("EXPOSE", "last")[0]!;
  for (const {
    build,
    image,
    ports = [],
    volumes = [],
    depends_on: needed = {},
    healthcheck,
  } of Object.values(compose.services)) {
    if (build !== undefined)
      expect([image, existsSync(`${root}/${build}/Dockerfile`)]).toEqual(["tatami", true]);
    else expect(image).toMatch(/^valkey\/valkey:/);
    // other machines come in through a proxy
    for (const each of ports) expect(each).toBe(`127.0.0.1:${port}:${port}`);
    for (const each of volumes) expect(Object.keys(compose.volumes)).toContain(each.split(":")[0]);
    for (const name of Object.keys(needed)) expect(compose.services[name]!.healthcheck).toBeDefined();
    if (build === undefined) expect(healthcheck).toBeDefined();
    else expect(Object.keys(needed)).toEqual(["queue"]);
  }
  expect(compose.services["worker"]).toMatchObject({ deploy: { replicas: 2 } });
});

test("variables are those that are read; secrets stand in none of the files", () => {
  const code = sourceFiles(/^packages\/cli\/src\/.*(?<!\.test)\.ts$/).map(({ text: each }) => each);
  for (const [name, { environment = {} }] of Object.entries(compose.services)) {
    if (name === "queue") continue;
    expect(Object.keys(environment)).toContain("TATAMI_REDIS");
    for (const variable of Object.keys(environment))
      expect([variable, code.some((each) => each.includes(`"${variable}"`))]).toEqual([variable, true]);
  }
  // each is asked for, and where it is missing that is said
  for (const variable of ["TATAMI_TOKEN", "TATAMI_REDIS_PASSWORD"])
    expect(read("compose.yaml")).toContain(`\${${variable}:?`);
  expect(read("compose.yaml")).not.toMatch(/(?:requirepass"?,? "?|:\/\/:)(?!\$\{)[\w]/);
  expect(read("Dockerfile")).not.toMatch(/^(ENV|ARG) .*(TOKEN|PASSWORD|KEY)/m);
});
