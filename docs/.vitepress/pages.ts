/** Which files of the repository are pages of the site, at which addresses, and where links between them lead. */

import { posix } from "node:path";

/** Documents that are pages, in the order in which they are tried, and what their addresses are made of. */
const rooms: readonly (readonly [RegExp, string])[] = [
  [/^docs\/(.*?)(?:(?<=^docs\/|\/)index)?\.md$/, "/$1"],
  [/^packages\/([a-z0-9]+)\/README\.md$/, "/packages/$1"],
  [/^packages\/([a-z0-9]+)\/BENCH\.md$/, "/packages/$1-bench"],
  [/^test\/BENCH\.md$/, "/packages/bench"],
  [/^ARCHITECTURE\.md$/, "/architecture"],
  [/^CONTRIBUTING\.md$/, "/contributing"],
];

/** The address of a file's page, without the site's base; absent where the file is none. */
export function pageOf(file: string): string | undefined {
  const [found] = rooms.filter(([pattern]) => pattern.test(file));
  return found && file.replace(...(found as [RegExp, string]));
}

/** The file of which VitePress is to make a file's page; absent where the file is none. */
export function rewrite(file: string): string | undefined {
  const page = pageOf(file);
  return page === undefined ? undefined : `${page.slice(1).replace(/(^|\/)$/, "$1index")}.md`;
}

/**
 * Where a link of a document leads on the site.
 *
 * @param from the document, from the repository's root
 * @param home the repository's address, for what is no page
 * @returns absent where it leads nowhere: to a file that is no page, of a repository without an address
 */
export function resolveLink(href: string, from: string, home: string | undefined): string | undefined {
  if (/^(?:[a-z]+:|#|\/)/.test(href)) return href;
  const [path = "", anchor] = href.split("#");
  const file = posix.normalize(posix.join(posix.dirname(from), path));
  const page = pageOf(file) ?? pageOf(posix.join(file, "README.md"));
  if (page !== undefined) return anchor === undefined ? page : `${page}#${anchor}`;
  return home === undefined ? undefined : `${home}/blob/main/${file}`;
}

/** How a heading is named in an address: as GitHub does, so that links hold in both places. */
export function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");
}
