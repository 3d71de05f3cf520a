/** All tables and details of cameras as one page, and as text. */

import { readFile } from "node:fs/promises";
import { softness } from "../../src/footage/softness.ts";
import { escapeHtml } from "../../src/report/page/html.ts";
import { trainerPage } from "../../src/report/page/page-parts.ts";
import { meanAndDeviation } from "../arms.ts";
import { whatIs } from "./chains.ts";
import type { DegradationScore } from "./degradations.ts";
import type { HeldPicture } from "./grey.ts";
import type { RowScore } from "./score.ts";
import { detailsOfTruth, fileOf } from "./score.ts";

/** What is known of a camera. */
export interface CameraResult {
  readonly camera: string;
  readonly folder: string;
  readonly held: readonly HeldPicture[];
  readonly scores: readonly RowScore[];
  readonly degradations: readonly DegradationScore[];
}

/** A table: its head and its lines. */
interface Table {
  readonly head: readonly string[];
  readonly lines: readonly (readonly string[])[];
}

/** As Markdown. */
export function tablesText(results: readonly CameraResult[]): string {
  return results
    .map((result) => {
      const tables = [rowsTable(result), degradationsTable(result)].filter(({ lines }) => lines.length > 0);
      const text = tables.map(({ head, lines }) =>
        [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n"),
      );
      const soft = softness(result.held.map(({ low }) => low)).toFixed(1);
      const title = `${result.camera}: ${whatIs(result.camera)}, ${result.held.length} pictures, ${soft} dB soft`;
      return [title, ...text].join("\n\n");
    })
    .join("\n\n");
}

/** As a page that needs nothing else. */
export async function camerasPage(results: readonly CameraResult[]): Promise<string> {
  const sections: string[] = [];
  for (const result of results) {
    const tables = [rowsTable(result), degradationsTable(result)].filter(({ lines }) => lines.length > 0);
    sections.push(
      `<section><h2>${escapeHtml(`${result.camera}: ${whatIs(result.camera)}`)}</h2>` +
        tables.map(tableHtml).join("") +
        (await detailsHtml(result)) +
        `</section>`,
    );
  }
  const summary =
    "Cameras whose way of degrading occurs in no training code: small pictures were given, the truth was kept. " +
    "TDDSR-mini, in the style of TDDSR; what U shows may be invented, it is no evidence.";
  return trainerPage("Secret cameras", "Secret cameras", summary, sections.join("\n"));
}

/** Means over seeds, with their deviation where there are several. */
function rowsTable({ scores }: CameraResult): Table {
  const names = [...new Set(scores.map(({ name }) => name))];
  const columns: readonly (readonly [
    title: string,
    pick: (row: RowScore) => number | undefined,
    digits: number,
  ])[] = [
    ["PSNR-Y", (row) => row.psnr, 2],
    ["SSIM", (row) => row.ssim, 4],
    ["LPIPS", (row) => row.lpips, 4],
    ["VMAF", (row) => row.vmaf, 1],
    ["NIQE, own model", (row) => row.niqe, 2],
    ["standard, dB", (row) => row.standard, 2],
    ["ms a megapixel", (row) => row.milliseconds, 0],
  ];
  const shown = columns.filter(([, pick]) => scores.some((row) => pick(row) !== undefined));
  return {
    head: ["row", ...shown.map(([title]) => title)],
    lines: names.map((name) => {
      const of = scores.filter((row) => row.name === name);
      const cells = shown.map(([, pick, digits]) => {
        const values = of.map(pick).filter((value) => value !== undefined);
        if (values.length === 0) return "";
        return values.length === 1 ? values[0]!.toFixed(digits) : meanAndDeviation(values);
      });
      return [of.length === 1 ? name : `${name}, ${of.length} seeds`, ...cells];
    }),
  };
}

function degradationsTable({ degradations }: CameraResult): Table {
  return {
    head: [
      "small pictures by",
      "critic tells, %",
      "deviation, levels",
      "spectrum apart, dB",
      "fine half, dB",
      "blockiness",
    ],
    lines: degradations.map(({ name, accuracy, deviation, apart, above, blockiness }) => [
      name,
      accuracy === undefined ? "" : (100 * accuracy).toFixed(1),
      deviation === undefined ? "" : deviation.toFixed(2),
      apart.toFixed(2),
      above.toFixed(2),
      blockiness.toFixed(3),
    ]),
  };
}

function tableHtml({ head, lines }: Table): string {
  const cell = (text: string, at: number, tag: "th" | "td"): string => {
    const kind = at === 0 ? "th" : tag;
    return `<${kind}>${escapeHtml(text)}</${kind}>`;
  };
  const row = (cells: readonly string[], tag: "th" | "td"): string =>
    `<tr>${cells.map((text, at) => cell(text, at, tag)).join("")}</tr>`;
  return `<table><thead>${row(head, "th")}</thead><tbody>${lines.map((line) => row(line, "td")).join("")}</tbody></table>`;
}

/** Every row's picture of each detail, after what went in and before the truth. Of several seeds the first. */
async function detailsHtml({ folder, held, scores }: CameraResult): Promise<string> {
  const first = scores.filter(({ name }, at) => scores.findIndex((other) => other.name === name) === at);
  const html: string[] = [];
  for (const [at, { detail, low, high }] of (await detailsOfTruth(held)).entries()) {
    const made = await Promise.all(
      first.map(async (row) => ({
        title: row.name,
        bytes: await readFile(fileOf(folder, row, `${at}.png`)),
      })),
    );
    const all = [{ title: "the camera's", bytes: low }, ...made, { title: "truth", bytes: high }];
    const figures = all.map(({ title, bytes }) => {
      const source = `data:image/png;base64,${Buffer.from(bytes).toString("base64")}`;
      const name = escapeHtml(title);
      return `<figure><img src="${source}" alt="${escapeHtml(detail.picture)}, ${name}"><figcaption>${name}</figcaption></figure>`;
    });
    html.push(
      `<h3>${escapeHtml(detail.picture)}, at ${detail.left}, ${detail.top}</h3>` +
        `<div class="crops" style="grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr))">${figures.join("")}</div>`,
    );
  }
  return html.join("");
}
