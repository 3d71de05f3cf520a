/** A server of a test's own that speaks S3: s3rver, behind a check of signatures, which it does not make itself. */

import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, RequestListener } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A running server. Dispose of it. */
export interface S3Server extends AsyncDisposable {
  /** What processes are told of it: credentials and its address. */
  readonly env: Readonly<Record<string, string>>;
  /** Requests so far: method, path and range. */
  readonly requests: string[];
}

/** What is used of s3rver, which has no types. */
type S3rver = new (options: object) => {
  configureBuckets(): Promise<void>;
  callback(): RequestListener;
  close?(): void;
};

/** Its one user. */
const [accessKeyId, secretAccessKey] = ["S3RVER", "S3RVER"];

/** Starts a server with an empty bucket. */
export async function startS3(bucket: string): Promise<S3Server> {
  const Server = createRequire(import.meta.url)("s3rver") as S3rver;
  const directory = await mkdtemp(join(tmpdir(), "tatami-s3rver-"));
  const made = new Server({ directory, silent: true, configureBuckets: [{ name: bucket }] });
  await made.configureBuckets();
  const answer = made.callback();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.range ?? ""}`.trim());
    if (isSigned(request)) answer(request, response);
    else response.writeHead(403).end("<Error><Code>SignatureDoesNotMatch</Code></Error>");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    requests,
    env: {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Whether a request is signed with the user's secret: Signature Version 4, as Amazon's "Signature calculations" describes it. */
function isSigned({ method, url = "", headers }: IncomingMessage): boolean {
  const found = /^AWS4-HMAC-SHA256 Credential=(\S+?)\/(\S+), ?SignedHeaders=(\S+), ?Signature=(\w+)$/.exec(
    headers.authorization ?? "",
  );
  if (!found || found[1] !== accessKeyId) return false;
  const [, , scope = "", signedHeaders = "", signature] = found;
  const [path = "", query = ""] = url.split("?");
  const sorted = query
    .split("&")
    .filter((each) => each !== "")
    .sort();
  const request = [
    method,
    path,
    sorted.join("&"),
    ...signedHeaders.split(";").map((name) => `${name}:${String(headers[name]).trim()}`),
    "",
    signedHeaders,
    headers["x-amz-content-sha256"],
  ].join("\n");
  const hash = createHash("sha256").update(request).digest("hex");
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hash].join("\n");
  const key = scope
    .split("/")
    .reduce<Buffer | string>(
      (secret, part) => createHmac("sha256", secret).update(part).digest(),
      `AWS4${secretAccessKey}`,
    );
  return createHmac("sha256", key).update(text).digest("hex") === signature;
}
