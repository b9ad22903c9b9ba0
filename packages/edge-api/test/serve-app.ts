import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { Hono } from "hono";
import type { AppEnv } from "../src/routes/route.ts";

/** Where an application in this process answers; `await using` ends it. */
export interface ServedApp extends AsyncDisposable {
  readonly url: string;
}

/** Serves an application in this process over HTTP, for a browser to come to. */
export async function serveApp(app: Hono<AppEnv>): Promise<ServedApp> {
  const server = createServer(async (incoming, outgoing) => {
    const { method = "GET", headers, url } = incoming;
    const hasBody = method === "POST";
    const request = new Request(`http://${headers.host}${url}`, {
      method,
      headers: headers as Record<string, string>,
      ...(hasBody && { body: Readable.toWeb(incoming) as ReadableStream, duplex: "half" }),
    });
    const response = await app.fetch(request);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(new Uint8Array(await response.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
