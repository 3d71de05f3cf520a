/** Drives the page of examples/06-own-camera. */

import type { Page } from "playwright-core";
import type { ExamplePage } from "./example-page.ts";
import { openExamplePage } from "./example-page.ts";

/** The page in a browser of its own. Dispose of it. */
export interface OwnCameraPage extends ExamplePage {
  /** Chooses files and trains on four of their frames. */
  train(file: Parameters<Page["setInputFiles"]>[1], steps: number): Promise<void>;
}

export const openOwnCameraPage = async (
  chromium: string,
  folder: string,
  isolated = true,
): Promise<OwnCameraPage> => {
  const opened = await openExamplePage(chromium, folder, { isolated });
  const { page } = opened;
  return {
    ...opened,
    async train(file, steps) {
      await page.setInputFiles("#file", file);
      await page.getByText("More", { exact: true }).click();
      await page.locator("#frames").fill("4");
      await page.locator("#steps").fill(String(steps));
      await page.getByRole("button", { name: "Train", exact: true }).click();
    },
  };
};
