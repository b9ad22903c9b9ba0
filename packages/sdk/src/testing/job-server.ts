import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { jobResultSchema, jobSchema } from "@unpaired/core/contracts";
import { afterEach } from "vitest";
import type { Job, JobResult } from "../wire.ts";

export const jobId = "0123456789abcdef";

/** A job as the service answers it. */
export function job(facts: Partial<Job> = {}): Job {
  return jobSchema.parse({
    id: jobId,
    model: "summer2winter",
    version: "v1",
    status: "running",
    total: 5,
    done: 0,
    failed: 0,
    createdAt: "2026-11-23T12:00:00Z",
    finishedAt: null,
    detail: null,
    ...facts,
  });
}

/** The result with this sequence: every third one a failure. */
export function jobResult(sequence: number): JobResult {
  const shared = { sequence, index: sequence * 2, id: sequence % 2 ? `image ${sequence}` : null };
  return jobResultSchema.parse(
    sequence % 3 === 0
      ? { ...shared, status: "failed", code: "undecodable_image", detail: "the image is broken" }
      : {
          ...shared,
          status: "done",
          path: `/jobs/${jobId}/results/${sequence * 2}`,
          contentType: "image/png",
          width: 2,
          height: 2,
          bytes: 76,
          domainScore: null,
        },
  );
}

/** One result, or any value, as a line. */
export const line = (value: unknown) => `${JSON.stringify(value)}\n`;

/** Answers `GET /jobs/:id/results?after=`, the n-th time (from 0). */
export type AnswerResults = (response: ServerResponse, after: number, index: number) => void;

/** A service over real sockets, for connections that break and stall. */
export function useJobServer() {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });
  return async ({ results, status }: { results: AnswerResults; status?: (index: number) => Job }) => {
    const afters: number[] = [];
    let asked = 0;
    server = createServer((request, response) => {
      const url = new URL(request.url!, "http://localhost");
      if (url.pathname === `/jobs/${jobId}`) {
        response.writeHead(200, { "content-type": "application/json" });
        return response.end(JSON.stringify((status ?? (() => job()))(asked++)));
      }
      const after = Number(url.searchParams.get("after"));
      afters.push(after);
      response.setHeader("content-type", "application/x-ndjson");
      results(response, after, afters.length - 1);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { baseUrl, afters };
  };
}
