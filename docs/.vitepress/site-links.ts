/** A plug-in of markdown-it: links between the repository's files, which lead between pages of the site. */

import { relative } from "node:path";
import type { MarkdownRenderer } from "vitepress";
import { resolveLink } from "./pages.ts";

/**
 * Replaces what links say by addresses of the site. A link to a file that is no page leads to the repository, or, where that has
 * no address, becomes its text.
 *
 * @param root the repository's folder
 */
export function siteLinks(md: MarkdownRenderer, root: string, home: string | undefined): void {
  md.core.ruler.push("site-links", ({ tokens, env }) => {
    const { path, realPath = path } = env as { readonly path: string; readonly realPath?: string };
    const from = relative(root, realPath).replaceAll("\\", "/");
    for (const { children } of tokens) {
      let isOpen = true;
      for (const token of children ?? []) {
        if (token.type === "link_open") {
          const target = resolveLink(token.attrGet("href") ?? "", from, home);
          isOpen = target !== undefined;
          if (target !== undefined) token.attrSet("href", target);
        }
        if (isOpen || !/^link_(open|close)$/.test(token.type)) continue;
        isOpen = token.type === "link_close";
        Object.assign(token, { type: "text", tag: "", nesting: 0, content: "", attrs: null });
      }
    }
  });
}
