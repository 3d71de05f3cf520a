/** Who may ask. */

import { createHash, timingSafeEqual } from "node:crypto";
import { Fault } from "../fault.ts";
import { isLoopback } from "../options.ts";

/** What of a request says who asks. */
export type Asker = (header: string) => string | undefined;

/** @returns a check that throws Fault `unauthorized` or `forbidden-origin` */
export function createGuard(token: string | undefined): (asker: Asker) => void {
  if (token === undefined) return checkOrigin;
  const expected = digest(token);
  return (asker) => {
    const [, given = ""] = /^Bearer +(\S+) *$/i.exec(asker("authorization") ?? "") ?? [];
    // hashes have one length, so that nothing is learnt of the token's
    if (timingSafeEqual(digest(given), expected)) return;
    throw new Fault({
      code: "unauthorized",
      message: "The token is missing or wrong.",
      fix: "Send it in a header: Authorization: Bearer TOKEN.",
    });
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/**
 * Without a token whoever is on this machine may ask, but no page of another site that a browser on it shows: not by a name that
 * was made to lead here, and not by a form that it sends here.
 */
function checkOrigin(asker: Asker): void {
  const host = asker("host") ?? "";
  const origin = asker("origin");
  const isHere = isLoopback(host.replace(/:\d+$/, ""));
  const isOwn = origin === undefined || origin === `http://${host}`;
  const site = asker("sec-fetch-site") ?? "none";
  if (isHere && isOwn && /^(none|same-origin)$/.test(site)) return;
  throw new Fault({
    code: "forbidden-origin",
    message: "The request comes from a page of another site, or by a name that is not this machine's.",
    fix: "Ask for http://127.0.0.1, or start the service with a token (TATAMI_TOKEN).",
  });
}
