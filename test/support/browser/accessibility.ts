/** What axe-core finds wrong with a page for those who do not see it, or see it otherwise. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";

const script = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
let source: Promise<string> | undefined;

interface Axe {
  run(options: RunOptions): Promise<AxeResults>;
}

/** Every rule that the page breaks as it stands, with where; empty where it breaks none. Source: WCAG 2.2 A and AA, by axe-core. */
export const findBarriers = async (page: Page): Promise<readonly string[]> => {
  source ??= readFile(script, "utf8");
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(await source);
  // in the page: what all rules passed on is long, and takes as long as judging to find words for and to hand over
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: Axe };
    const { violations } = await axe.run({ resultTypes: ["violations"] });
    return violations.map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" | ")}`,
    );
  });
};
