import { mediaType } from "./answer.ts";
import { isImageContentType } from "./content-type.ts";
import { withDeadline } from "./deadline.ts";
import { ConnectionError, InvalidArgumentError, MalformedAnswerError } from "./errors.ts";
import { callJob } from "./job-calls.ts";
import type { JobResultsOptions } from "./jobs.ts";
import { BrokenLine, LineReader } from "./line-reader.ts";
import { type ClientConfig, checkTimeoutMs } from "./options.ts";
import { pathSegment } from "./path-segment.ts";
import { expectSuccess, open, toExchange } from "./request.ts";
import { retry } from "./retry.ts";
import type { JobResult } from "./wire.ts";

/** No result is longer: its longest texts are an id of 200 characters and a sentence. */
const maxLineBytes = 64 * 1024;

/** A server that gives fewer results at once has given all it had. */
const manyResults = 100;

const firstPollMs = 1_000;
const maxPollMs = 30_000;

/** `GET /jobs/:id/results`, again and again as long as there is more, or with `follow` until the job has ended. */
export async function* readResults(
  config: ClientConfig,
  id: string,
  { after = 0, follow = false, signal, timeoutMs = config.timeoutMs }: JobResultsOptions,
): AsyncGenerator<JobResult, void, undefined> {
  if (!Number.isSafeInteger(after) || after < 0) {
    throw new InvalidArgumentError(`after is ${after}; give the sequence of a result, or 0`);
  }
  const options = { signal, timeoutMs: checkTimeoutMs(timeoutMs) };
  let last = after;
  let hasEnded = !follow;
  for (let polls = 0; ; ) {
    let count = 0;
    for await (const result of readAnswers(config, id, last, options)) {
      last = result.sequence;
      count++;
      yield result;
    }
    if (hasEnded && count === 0) return;
    if (hasEnded || count >= manyResults) continue;
    // Results that came in before the job's end was seen are read once more.
    hasEnded = (await callJob(config, "GET", id, options)).finishedAt !== null;
    if (count > 0) polls = 0;
    if (!hasEnded) await config.runtime.sleep(pollMs(polls++, config.runtime.random), signal);
  }
}

/** Half as long again each time, its upper half left to chance. */
function pollMs(polls: number, random: () => number): number {
  return Math.min(maxPollMs, firstPollMs * 1.5 ** polls) * (0.5 + random() / 2);
}

type StreamOptions = { readonly signal: AbortSignal | undefined; readonly timeoutMs: number };

/** All results one answer gives; where it breaks off, those of the answer that goes on behind. */
async function* readAnswers(
  config: ClientConfig,
  id: string,
  after: number,
  options: StreamOptions,
): AsyncGenerator<JobResult, void, undefined> {
  let last = after;
  let stream: ResultStream | undefined;
  // Each result has its own retries: what gets ahead is not given up.
  const next = async (retries: number) => {
    try {
      stream ??= await openResults(config, id, last, retries, options);
      return await stream.next();
    } catch (error) {
      stream?.close();
      stream = undefined;
      throw error;
    }
  };
  try {
    for (;;) {
      const { signal } = options;
      const result = await retry(next, { maxRetries: config.maxRetries, signal, ...config.runtime });
      if (!result) return;
      // A server that begins again at the beginning is read over.
      if (result.sequence <= last) continue;
      last = result.sequence;
      yield result;
    }
  } finally {
    stream?.close();
  }
}

interface ResultStream {
  next(): Promise<JobResult | undefined>;
  close(): void;
}

/** One try: `timeoutMs` bounds the wait for the headers, and then for each result. */
async function openResults(
  config: ClientConfig,
  id: string,
  after: number,
  retries: number,
  { signal, timeoutMs }: StreamOptions,
): Promise<ResultStream> {
  const request = toExchange(config, {
    method: "GET",
    path: `jobs/${pathSegment(id)}/results`,
    query: new URLSearchParams({ after: String(after) }),
    accept: "application/x-ndjson",
  });
  const { source } = request;
  const connection = new AbortController();
  const withinTime = <T>(work: () => Promise<T>): Promise<T> =>
    withDeadline(work, { timeoutMs, signal, source }).catch((error: unknown) => {
      connection.abort(error);
      throw error;
    });
  const { response, lost } = await withinTime(async () => {
    const opened = await open(config, request, retries, connection.signal);
    if (!opened.response.ok) expectSuccess(config, request, await opened.readAnswer());
    return opened;
  });
  const { status, headers } = response;
  const malformed = (what: string) =>
    new MalformedAnswerError(`${source} answered ${status} ${what}`, {
      status,
      requestId: headers.get("x-request-id") ?? undefined,
    });
  const type = mediaType(response);
  if (type !== "application/x-ndjson") {
    connection.abort();
    throw malformed(
      `with ${type || "no content type"} instead of application/x-ndjson; check that baseUrl names an Unpaired API`,
    );
  }
  const body = response.body ?? new Blob([await withinTime(() => response.arrayBuffer())]).stream();
  const lines = new LineReader(body, { maxLineBytes });
  let sequence = 0;

  const next = async (): Promise<JobResult | undefined> => {
    for (;;) {
      const line = await lines.next().catch((cause: unknown) => {
        throw lost(cause);
      });
      if (line === undefined || connection.signal.aborted) return undefined;
      if (line instanceof BrokenLine) {
        if (line.why === "too long") throw malformed(`with a line of more than ${maxLineBytes} bytes`);
        throw new ConnectionError(`${source} got no complete answer: its last line was cut off`);
      }
      // Empty lines keep a connection open.
      if (line.trim() === "") continue;
      const result = parseLine(line);
      if (!result) throw malformed("with a line that is not a result");
      if (result.sequence <= sequence) {
        throw malformed(`with sequence ${result.sequence} behind ${sequence}; it must rise`);
      }
      sequence = result.sequence;
      return result;
    }
  };
  return {
    next: () => withinTime(next),
    close: () => {
      lines.cancel();
      connection.abort();
    },
  };
}

function parseLine(line: string): JobResult | undefined {
  try {
    const result: unknown = JSON.parse(line);
    return isJobResult(result) ? result : undefined;
  } catch {
    return undefined;
  }
}

function isJobResult(value: unknown): value is JobResult {
  const result = (value ?? {}) as Record<string, unknown>;
  const { sequence, index, id, status } = result;
  if (!isCount(sequence) || sequence < 1 || !isCount(index)) return false;
  if (id !== null && typeof id !== "string") return false;
  const isText = (name: string) => typeof result[name] === "string";
  if (status === "failed") return isText("code") && isText("detail");
  return (
    status === "done" &&
    isText("path") &&
    isImageContentType(String(result.contentType)) &&
    [result.width, result.height, result.bytes].every(isCount) &&
    (result.domainScore === null || typeof result.domainScore === "number")
  );
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
