import { Agent, request } from "node:http";

/** What came back of one request. */
export interface Answered {
  readonly status: number;
  readonly ms: number;
  readonly bytes: Buffer;
  readonly retryAfter: string | undefined;
  /** Durations of `server-timing`, by name. */
  readonly timings: Readonly<Record<string, number>>;
}

/** Sends one body again and again over connections that are kept. */
export interface Poster {
  /** @throws Error when the connection ends without an answer, or none comes in time */
  post(): Promise<Answered>;
  close(): void;
}

/** As `sharp` and `fetch` may be busy themselves, requests go through `node:http` alone. */
export function createPoster({
  url,
  body,
  contentType = "image/jpeg",
  timeoutMs = 60_000,
}: {
  readonly url: string;
  readonly body: Uint8Array;
  readonly contentType?: string;
  readonly timeoutMs?: number;
}): Poster {
  const agent = new Agent({ keepAlive: true, noDelay: true });
  const headers = {
    "content-type": contentType,
    "content-length": body.length,
    // Every request is to be worked on.
    "cache-control": "no-store",
  };
  return {
    post: () =>
      new Promise((resolve, reject) => {
        const beganMs = performance.now();
        const sent = request(url, { method: "POST", agent, headers, timeout: timeoutMs }, (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.once("error", reject);
          response.once("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              ms: performance.now() - beganMs,
              bytes: Buffer.concat(chunks),
              retryAfter: response.headers["retry-after"],
              timings: parseTimings(String(response.headers["server-timing"] ?? "")),
            }),
          );
        });
        sent.once("timeout", () => sent.destroy(new Error(`no answer in ${timeoutMs} ms`)));
        sent.once("error", reject);
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}

function parseTimings(header: string): Record<string, number> {
  return Object.fromEntries(
    [...header.matchAll(/([\w-]+);dur=([\d.]+)/g)].map(([, name, ms]) => [name!, Number(ms)]),
  );
}
