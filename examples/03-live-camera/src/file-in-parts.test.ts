import { expect, test } from "vitest";
import { createFileInParts } from "./file-in-parts.ts";

test("parts come one after another, and over what is there", async () => {
  const file = createFileInParts();
  const writer = file.writable.getWriter();
  const put = (text: string, position: number): Promise<void> =>
    writer.write({ type: "write", data: new TextEncoder().encode(text), position });
  await put("head----", 0);
  await put("pictures", 8);
  await put("1234", 4);
  await put(", index", 16);
  await put("!", 22);
  expect(await file.blob().text()).toBe("head1234pictures, inde!");
});
