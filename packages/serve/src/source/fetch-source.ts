/** A file of another server, onto the disk: from public addresses of allowed hosts alone, however it redirects. */

import { lookup as lookUpName } from "node:dns";
import type { LookupAddress } from "node:dns";
import type { IncomingMessage } from "node:http";
import { request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";
import { once } from "node:events";
import { throwIfAborted } from "@tatami/core";
import ipaddr from "ipaddr.js";
import { Fault } from "../fault.ts";
import { checkUrl } from "./allowed-hosts.ts";
import { tooLarge, writeSource } from "./write-source.ts";

/** Addresses of the public range that a cloud's machines reach their own host at. */
const ofClouds: readonly string[] = ["168.63.129.16"];

/**
 * Whether an address is public. Those of this machine, of its network, of providers' inner networks and of clouds' metadata are
 * not, nor are ways to write them as another (IPv4 in IPv6, 6to4, Teredo, NAT64): the registries of IANA, RFC 6890.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  return ipaddr.process(address).range() === "unicast" && !ofClouds.includes(address);
}

/** The way to other machines, which tests replace. */
export interface Network {
  /** Asks for all addresses of a name. */
  readonly lookUp: (
    name: string,
    options: { readonly all: true },
    done: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
  ) => void;
  readonly isPublic: (address: string) => boolean;
}

/** The real one. */
export const realNetwork: Network = { lookUp: lookUpName, isPublic: isPublicAddress };

/** How a file is fetched. */
export interface FetchInit {
  readonly url: string;
  readonly path: string;
  /** Hosts that may be fetched from. */
  readonly hosts: readonly string[];
  readonly maxBytes: number;
  readonly network: Network;
  readonly signal: AbortSignal;
}

/** Redirects that are followed. */
const mostRedirects = 5;
/** Milliseconds without a byte after which a server is given up. */
const patience = 30_000;

/**
 * Fetches a file. The connection goes to the very address that was checked, so that a name which leads elsewhere a moment later
 * gains nothing.
 *
 * @returns bytes
 * @throws Fault `forbidden-host`, `forbidden-address`, `input-not-found`, `connection-lost`, `upload-too-large`; the signal's reason
 */
export async function fetchSource(init: FetchInit): Promise<number> {
  const { path, hosts, maxBytes, network, signal } = init;
  let url = checkUrl(init.url, hosts);
  try {
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      const response = await get(url, network, signal);
      const { statusCode = 0, headers } = response;
      if (statusCode === 200) {
        if (Number(headers["content-length"] ?? 0) > maxBytes) {
          response.destroy();
          throw tooLarge(maxBytes);
        }
        return await writeSource(response, path, { maxBytes, signal });
      }
      response.destroy();
      if (statusCode < 300 || statusCode > 399 || headers.location === undefined)
        throw notThere(url, `the server answers ${statusCode}`);
      if (!URL.canParse(headers.location, url)) throw notThere(url, "it leads to what is no URL");
      url = checkUrl(new URL(headers.location, url).href, hosts);
    }
    throw notThere(url, "it leads on and on");
  } catch (error) {
    throwIfAborted(signal);
    if (error instanceof Fault || (error instanceof Error && isOfDisk(error))) throw error;
    throw new Fault(
      {
        code: "connection-lost",
        message: `The connection to ${url.host} failed (${codeOf(error)}).`,
        fix: "Check that the server is there; then send the job again.",
      },
      error,
    );
  }
}

async function get(url: URL, network: Network, signal: AbortSignal): Promise<IncomingMessage> {
  const literal = url.hostname.replace(/^\[|\]$/g, "");
  // an address is connected to without being looked up
  if (isIP(literal) && !network.isPublic(literal)) throw forbidden(url.hostname);
  const send = url.protocol === "https:" ? requestSecure : requestPlain;
  const request = send(url, {
    agent: false,
    lookup: lookUpPublic(network),
    signal,
    timeout: patience,
    headers: { "user-agent": "tatami", accept: "*/*", "accept-encoding": "identity" },
  });
  request.on("timeout", () => request.destroy(new Error("no answer")));
  request.end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return response;
}

/** A name's addresses, if all of them are public. */
function lookUpPublic({ lookUp, isPublic }: Network): LookupFunction {
  return (name, options, done) =>
    lookUp(name, { all: true }, (error, found) => {
      const [first] = found ?? [];
      if (error) done(error, []);
      else if (!first || !found.every(({ address }) => isPublic(address))) done(forbidden(name), []);
      else if (options.all) done(null, found);
      else done(null, first.address, first.family);
    });
}

function forbidden(host: string): Fault {
  return new Fault({
    code: "forbidden-address",
    message: `${host} leads to an address that is not public.`,
    fix: "Upload the file instead.",
  });
}

function notThere({ host }: URL, why: string): Fault {
  return new Fault({
    code: "input-not-found",
    message: `There is no file to fetch from ${host}: ${why}.`,
    fix: "Check the URL; it has to be that of the file itself.",
  });
}

/** Whether it was writing the file that failed. */
function isOfDisk(error: Error): boolean {
  return (
    "code" in error && /^(ENOSPC|EDQUOT|EROFS|EACCES|EPERM|EIO|EFBIG|EEXIST|ENOENT)$/.test(String(error.code))
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "no answer";
}
