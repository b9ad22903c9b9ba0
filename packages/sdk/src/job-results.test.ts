import { expect, test } from "vitest";
import { NotFoundError } from "./api-error.ts";
import {
  AbortedError,
  ConnectionError,
  InvalidArgumentError,
  MalformedAnswerError,
  TimeoutError,
} from "./errors.ts";
import type { JobResultsOptions } from "./jobs.ts";
import type { UnpairedOptions } from "./options.ts";
import { createClient } from "./testing/api-server.ts";
import { job, jobId, jobResult, line, useJobServer } from "./testing/job-server.ts";
import type { JobResult } from "./wire.ts";

const listen = useJobServer();
const linesAfter = (after: number, upTo: number) =>
  Array.from({ length: Math.max(0, upTo - after) }, (_, index) => line(jobResult(after + 1 + index))).join(
    "",
  );
const resultsUpTo = (last: number, after = 0) =>
  Array.from({ length: last - after }, (_, index) => jobResult(after + 1 + index));

async function collect(
  options: Partial<UnpairedOptions>,
  { ...resultsOptions }: JobResultsOptions = {},
): Promise<{ results: JobResult[]; error: unknown; delaysMs: number[] }> {
  const { client, delaysMs } = createClient(options);
  const results: JobResult[] = [];
  try {
    for await (const result of client.jobs.results(jobId, resultsOptions)) results.push(result);
    return { results, error: undefined, delaysMs };
  } catch (error) {
    return { results, error, delaysMs };
  }
}

test("results come as the contract has them, up to where there are no more", async () => {
  const { baseUrl, afters } = await listen({
    results: (response, after) => response.end(linesAfter(after, 5)),
  });
  expect(await collect({ baseUrl })).toMatchObject({ results: resultsUpTo(5), error: undefined });
  expect(afters).toEqual([0, 5]);
});

test("after goes on behind a result known already", async () => {
  const { baseUrl, afters } = await listen({
    results: (response, after) => response.end(linesAfter(after, 5)),
  });
  expect((await collect({ baseUrl }, { after: 3 })).results).toEqual(resultsUpTo(5, 3));
  expect(afters).toEqual([3, 5]);
});

test("a service that answers page by page is read to the last page", async () => {
  const { baseUrl } = await listen({
    results: (response, after) => response.end(linesAfter(after, Math.min(after + 2, 7))),
  });
  expect((await collect({ baseUrl })).results).toEqual(resultsUpTo(7));
});

test("a result is given when its line is here, not when the answer ends", async () => {
  const { baseUrl } = await listen({ results: (response) => void response.write(linesAfter(0, 1)) });
  const results = createClient({ baseUrl }).client.jobs.results(jobId);
  expect((await results.next()).value).toEqual(jobResult(1));
  await results.return();
});

test("leaving the loop closes the connection", async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const { baseUrl } = await listen({
    results: (response) => {
      response.on("close", resolve);
      response.write(linesAfter(0, 3));
    },
  });
  for await (const _ of createClient({ baseUrl }).client.jobs.results(jobId)) break;
  await closed;
});

test("follow waits, longer and longer, until the job has ended and its last results are read", async () => {
  let finished = 2;
  const { baseUrl, afters } = await listen({
    results: (response, after) => response.end(linesAfter(after, finished)),
    status: (index) => {
      if (index < 4) return job();
      // What comes in just before the end must not be missed.
      finished = 4;
      return job({ status: "done", finishedAt: "2026-11-23T12:01:00Z" });
    },
  });
  const { results, error, delaysMs } = await collect({ baseUrl }, { follow: true });
  expect(error).toBeUndefined();
  expect(results).toEqual(resultsUpTo(4));
  expect(delaysMs).toEqual([1000, 1500, 2250, 3375]);
  expect(afters.slice(-3)).toEqual([2, 2, 4]);
});

test("a job that has ended is followed without any wait", async () => {
  const { baseUrl } = await listen({
    results: (response, after) => response.end(linesAfter(after, 5)),
    status: () => job({ status: "done", finishedAt: "2026-11-23T12:01:00Z" }),
  });
  const { results, delaysMs } = await collect({ baseUrl }, { follow: true });
  expect([results, delaysMs]).toEqual([resultsUpTo(5), []]);
});

test("the wait between two looks is at most half a minute, and short again once there is news", async () => {
  let looks = 0;
  const { baseUrl } = await listen({
    results: (response, after) => response.end(++looks === 14 ? linesAfter(after, 1) : ""),
    status: (index) => job(index < 15 ? {} : { finishedAt: "2026-11-23T12:01:00Z", status: "cancelled" }),
  });
  const { delaysMs } = await collect({ baseUrl }, { follow: true });
  expect(Math.max(...delaysMs)).toBe(30_000);
  expect(delaysMs[13]).toBe(1000);
});

test("a connection that breaks in mid-line is taken up behind the last result, none given twice", async () => {
  const { baseUrl, afters } = await listen({
    results: (response, after, index) => {
      const text = linesAfter(after, 6);
      if (index > 1) return response.end(text);
      const cut = text.indexOf("\n", text.indexOf("\n") + 1) + 20;
      response.write(text.slice(0, cut), () => response.destroy());
    },
  });
  const { results, error, delaysMs } = await collect({ baseUrl, maxRetries: 1 });
  expect(error).toBeUndefined();
  expect(results).toEqual(resultsUpTo(6));
  expect(afters).toEqual([0, 2, 4, 6]);
  expect(delaysMs).toEqual([500, 500]);
});

test("an answer that ends in mid-line without a word is taken up as well", async () => {
  const { baseUrl, afters } = await listen({
    results: (response, after, index) => {
      const text = linesAfter(after, 2);
      response.end(index === 0 ? text.slice(0, -9) : text);
    },
  });
  expect((await collect({ baseUrl })).results).toEqual(resultsUpTo(2));
  expect(afters).toEqual([0, 1, 2]);
});

test("a server that ignores after is read over", async () => {
  const { baseUrl } = await listen({ results: (response) => response.end(linesAfter(0, 4)) });
  expect((await collect({ baseUrl }, { after: 2 })).results).toEqual(resultsUpTo(4, 2));
});

test("a connection that never gets ahead is given up", async () => {
  const { baseUrl, afters } = await listen({ results: (response) => void response.destroy() });
  const { error, delaysMs } = await collect({ baseUrl });
  expect(error).toBeInstanceOf(ConnectionError);
  expect(afters).toEqual([0, 0, 0]);
  expect(delaysMs).toEqual([500, 1000]);
});

test("a failed status is tried again, a final one is its error", async () => {
  const { baseUrl } = await listen({
    results: (response, after, index) => {
      if (index === 0) return response.writeHead(503).end();
      if (index === 1) return response.end(linesAfter(after, 1));
      response.writeHead(404, { "content-type": "application/problem+json" });
      response.end(JSON.stringify({ code: "job_not_found", detail: "no such job" }));
    },
  });
  const { results, error } = await collect({ baseUrl });
  expect(results).toEqual(resultsUpTo(1));
  expect(error).toBeInstanceOf(NotFoundError);
  expect(error).toMatchObject({ code: "job_not_found", message: "no such job" });
});

test.each([
  ["says nothing", false],
  ["keeps its connection open with empty lines", true],
])("a server that %s runs into timeoutMs", async (_, isTrickling) => {
  const { baseUrl } = await listen({
    results: (response) => {
      response.write(linesAfter(0, 1));
      const timer = setInterval(() => isTrickling && response.write("\n"), 5);
      response.on("close", () => clearInterval(timer));
    },
  });
  const { results, error } = await collect({ baseUrl, maxRetries: 0, timeoutMs: 150 });
  expect(results).toEqual(resultsUpTo(1));
  expect(error).toBeInstanceOf(TimeoutError);
});

test("the time the caller takes over a result does not count", async () => {
  const { baseUrl } = await listen({
    results: (response, after) => response.end(linesAfter(after, 3)),
  });
  const results = [];
  const { client } = createClient({ baseUrl, timeoutMs: 200, maxRetries: 0 });
  for await (const result of client.jobs.results(jobId)) {
    results.push(result);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  expect(results).toEqual(resultsUpTo(3));
});

test.each<[string, string, RegExp]>([
  ["what is not JSON", "<h1>Oh</h1>\n", /line that is not a result/],
  ["null", "null\n", /line that is not a result/],
  ["a sequence of 0", line({ ...jobResult(1), sequence: 0 }), /line that is not a result/],
  ["a sequence beyond counting", line({ ...jobResult(1), sequence: 1e300 }), /line that is not a result/],
  ["an index that is negative", line({ ...jobResult(1), index: -1 }), /line that is not a result/],
  ["a content type of its own", line({ ...jobResult(1), contentType: "text/html" }), /not a result/],
  ["a status of its own", line({ ...jobResult(1), status: "lost" }), /line that is not a result/],
  ["a sequence that falls", line(jobResult(2)) + line(jobResult(1)), /sequence 1 behind 2/],
  ["a sequence twice", line(jobResult(2)) + line(jobResult(2)), /sequence 2 behind 2/],
  ["a line without end", "a".repeat(70_000), /line of more than 65536 bytes/],
])("%s ends in a MalformedAnswerError and is not tried again", async (_, text, message) => {
  const { baseUrl, afters } = await listen({ results: (response) => void response.write(text) });
  const { error } = await collect({ baseUrl });
  expect(error).toBeInstanceOf(MalformedAnswerError);
  expect((error as Error).message).toMatch(message);
  expect(afters).toEqual([0]);
});

test("an answer that is not lines of JSON by its type is refused", async () => {
  const { baseUrl } = await listen({
    results: (response) => response.setHeader("content-type", "text/html").end("<h1>Hi</h1>"),
  });
  const { error } = await collect({ baseUrl });
  expect(error).toBeInstanceOf(MalformedAnswerError);
  expect((error as Error).message).toContain("text/html instead of application/x-ndjson");
});

test("an abort ends a stream that is silent, and closes its connection", async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const { baseUrl } = await listen({
    results: (response) => {
      response.on("close", resolve);
      response.write(linesAfter(0, 1));
    },
  });
  const controller = new AbortController();
  const results = createClient({ baseUrl }).client.jobs.results(jobId, { signal: controller.signal });
  await results.next();
  const next = results.next().catch((error) => error);
  controller.abort("enough");
  expect(await next).toBeInstanceOf(AbortedError);
  expect((await next).cause).toBe("enough");
  await closed;
});

test("an abort ends the wait between two looks at once", async () => {
  const { baseUrl, afters } = await listen({ results: (response) => void response.end() });
  const controller = new AbortController();
  // The real clock: only the abort can end this second.
  const { client } = createClient({ baseUrl, runtime: {} });
  const options = { follow: true, signal: controller.signal };
  const next = client.jobs
    .results(jobId, options)
    .next()
    .catch((error) => error);
  await expect.poll(() => afters.length).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 30));
  const startMs = performance.now();
  controller.abort();
  expect(await next).toBeInstanceOf(AbortedError);
  expect(performance.now() - startMs).toBeLessThan(300);
});

test.each([-1, 1.5, Number.NaN, 2 ** 60])("after %d is refused", async (after) => {
  const results = createClient().client.jobs.results(jobId, { after });
  await expect(results.next()).rejects.toThrow(InvalidArgumentError);
});
