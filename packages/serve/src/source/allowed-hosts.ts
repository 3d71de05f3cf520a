/** Which URLs a job may name: http and https, of hosts that the operator listed. */

import { Fault } from "../fault.ts";

/**
 * Checks a URL by its words. Where its host leads is checked when it is looked up.
 *
 * @param hosts `example.org`, `*.example.org` for all below it, or `*` for all
 * @throws Fault `malformed-request`, `forbidden-host`
 */
export function checkUrl(text: string, hosts: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Fault({
      code: "malformed-request",
      message: "The URL is none that can be fetched.",
      fix: "Send a whole one that begins with http:// or https://.",
    });
  if (url.username !== "" || url.password !== "")
    throw new Fault({
      code: "malformed-request",
      message: "The URL holds a user's name or password.",
      fix: "Leave it out: what a URL holds is kept with its job. Upload the file instead.",
    });
  if (!hosts.some((host) => isOf(url.hostname, host.toLowerCase())))
    throw new Fault({
      code: "forbidden-host",
      message: `Nothing is fetched from ${url.hostname}.`,
      fix: "Upload the file instead, or have the operator allow the host (tatami serve --allow-host).",
    });
  return url;
}

function isOf(hostname: string, host: string): boolean {
  if (host === "*") return true;
  return host.startsWith("*.") ? hostname.endsWith(host.slice(1)) : hostname === host;
}
