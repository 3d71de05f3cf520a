/** What stands beside the pages, in the order in which one reads them. */

import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { DefaultTheme } from "vitepress";

type Item = DefaultTheme.SidebarItem;

const guide: readonly Item[] = [
  {
    text: "Begin",
    items: [
      { text: "What it is", link: "/" },
      { text: "Start", link: "/start" },
      { text: "Choose a model", link: "/guide/models" },
      { text: "When it goes wrong", link: "/guide/errors" },
      { text: "Asked before", link: "/guide/questions" },
    ],
  },
  {
    text: "Files",
    items: [
      { text: "A file in Node", link: "/guide/node" },
      { text: "A file in a page", link: "/guide/page" },
      { text: "What is kept of a file", link: "/guide/files" },
      { text: "Many files, many machines", link: "/guide/fleet" },
      { text: "In containers", link: "/guide/docker" },
    ],
  },
  {
    text: "While it plays",
    items: [
      { text: "A player: HLS, WebRTC", link: "/guide/players" },
      { text: "A live camera", link: "/guide/live-camera" },
      { text: "A surveillance wall", link: "/guide/surveillance-wall" },
      { text: "A camera that does not move", link: "/guide/fixed-camera" },
    ],
  },
  {
    text: "In a program",
    items: [
      { text: "Workers", link: "/guide/workers" },
      { text: "RxJS", link: "/guide/rxjs" },
      { text: "Bundlers", link: "/guide/bundlers" },
    ],
  },
  {
    text: "Quality and speed",
    items: [
      { text: "Engines", link: "/guide/engines" },
      { text: "Less to compute", link: "/guide/reuse" },
      { text: "Your own camera", link: "/guide/own-camera" },
      { text: "Training", link: "/guide/training" },
    ],
  },
  {
    text: "Recipes",
    items: [
      { text: "Frigate", link: "/recipes/frigate" },
      { text: "MediaMTX and go2rtc", link: "/recipes/mediamtx" },
      { text: "FFmpeg pipes", link: "/recipes/ffmpeg" },
      { text: "React in ten lines", link: "/recipes/react" },
      { text: "Vue in ten lines", link: "/recipes/vue" },
    ],
  },
  { text: "Licences", link: "/guide/licences" },
];

const inside: readonly Item[] = [
  {
    text: "Inside",
    items: [
      { text: "Architecture", link: "/architecture" },
      { text: "Contributing", link: "/contributing" },
    ],
  },
  {
    text: "Decisions",
    items: [
      { text: "All of them", link: "/decisions/" },
      { text: "Frames, patches and colour", link: "/decisions/frames" },
      { text: "Files and codecs", link: "/decisions/files" },
      { text: "Engines", link: "/decisions/engines" },
      { text: "Less to compute", link: "/decisions/reuse" },
      { text: "Strength and choice", link: "/decisions/strength" },
      { text: "Pages and live video", link: "/decisions/live" },
      { text: "Training", link: "/decisions/training" },
      { text: "Jobs and services", link: "/decisions/jobs" },
    ],
  },
];

/** Pages that were written by `scripts/generate.ts`, by the names of the entries that they are of; none before it ran. */
function apiItems(): Item[] {
  const folder = fileURLToPath(new URL("../api", import.meta.url));
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.startsWith("@") && file.endsWith(".md"))
    .map((file) => file.replace(/\.md$/, ""))
    .sort()
    .map((name) => ({ text: name, link: `/api/${name}` }));
}

/** The packages' own pages, and what each was measured to cost. */
function packages(): Item[] {
  const folder = fileURLToPath(new URL("../../packages", import.meta.url));
  const names = readdirSync(folder).sort();
  const measured = names.filter((name) => existsSync(`${folder}/${name}/BENCH.md`));
  return [
    {
      text: "Packages",
      items: names.map((name) => ({ text: `@tatami/${name}`, link: `/packages/${name}` })),
    },
    {
      text: "What it costs",
      items: [
        { text: "All together", link: "/packages/bench" },
        ...measured.map((name) => ({ text: `@tatami/${name}`, link: `/packages/${name}-bench` })),
      ],
    },
  ];
}

/** Side bars by where a page lies. */
export function sidebar(): DefaultTheme.SidebarMulti {
  const reference: Item[] = [
    { text: "Reference", items: [{ text: "Command line", link: "/reference/command-line" }] },
    { text: "API", items: apiItems() },
  ];
  return {
    "/": [...guide],
    "/reference/": reference,
    "/api/": reference,
    "/packages/": packages(),
    "/architecture": [...inside],
    "/contributing": [...inside],
    "/decisions/": [...inside],
  };
}
