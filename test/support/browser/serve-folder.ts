/** A static server on a free port, for built pages. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import sirv from "sirv";

export interface FolderServer extends AsyncDisposable {
  /** Its address, without a slash at the end. */
  readonly url: string;
}

/** Headers with which a page may share memory between threads. */
export const isolation: Readonly<Record<string, string>> = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Serves the files under `folder`, with `headers` on every answer; nothing outside it. */
export const serveFolder = async (
  folder: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<FolderServer> => {
  const answer = sirv(folder, {
    // files are looked for when they are asked for: some are written later
    dev: true,
    setHeaders: (response) => {
      for (const [name, value] of Object.entries({ ...headers, "Cache-Control": "no-store" }))
        response.setHeader(name, value);
    },
  });
  const server = createServer((request, response) =>
    answer(request, response, () => void response.writeHead(404, headers).end("Not found")),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
};
