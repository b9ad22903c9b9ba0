import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { DataError } from "./errors.ts";
import type { PictureRequest } from "./load-picture.ts";
import type { Raster } from "./raster.ts";
import type { ReadingAnswer, ReadingRequest } from "./reading-worker.ts";

/** Reads pictures away from the thread that trains, whose event loop stands still while a step computes. */
export interface PictureReader {
  /** @throws DataError as {@link loadPicture}, or `reader_failed` when the thread itself died */
  read(request: PictureRequest): Promise<Raster>;
}

interface Job {
  readonly request: PictureRequest;
  resolve(raster: Raster): void;
  reject(error: Error): void;
}

interface Thread {
  readonly jobs: Map<number, Job>;
  take(id: number, job: Job): void;
}

/** One picture decodes (outside JavaScript) while another is resized. */
const jobsPerThread = 2;

/** @param threads most threads; each is started when it first finds work, and none keeps the process alive idly */
export function createPictureReader(threads = defaultThreads()): PictureReader {
  const running = new Set<Thread>();
  const waiting: Job[] = [];
  let lastId = 0;

  function dispatch(): void {
    while (waiting.length > 0) {
      const free = [...running].sort((one, other) => one.jobs.size - other.jobs.size)[0];
      let thread = free !== undefined && free.jobs.size < jobsPerThread ? free : undefined;
      if ((thread === undefined || thread.jobs.size > 0) && running.size < threads) {
        thread = startThread(() => {
          running.delete(thread!);
          dispatch();
        }, dispatch);
        running.add(thread);
      }
      if (thread === undefined) return;
      thread.take(++lastId, waiting.shift()!);
    }
  }

  return {
    read: (request) =>
      new Promise((resolve, reject) => {
        waiting.push({ request, resolve, reject });
        dispatch();
      }),
  };
}

let shared: PictureReader | undefined;

/** The reader that all data sets of a process share. */
export function sharedPictureReader(): PictureReader {
  shared ??= createPictureReader();
  return shared;
}

function defaultThreads(): number {
  return Math.min(4, Math.max(1, Math.floor(availableParallelism() / 2)));
}

function startThread(died: () => void, freed: () => void): Thread {
  const jobs = new Map<number, Job>();
  const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./reading-worker.${ending}`, import.meta.url), {
    // The thread reads TypeScript as it stands, also where Node does not by itself yet.
    execArgv: ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"],
  });
  worker.unref();

  function settle(id: number): Job | undefined {
    const job = jobs.get(id);
    jobs.delete(id);
    if (jobs.size === 0) worker.unref();
    return job;
  }
  function fail(cause: unknown): void {
    for (const [id, { request }] of [...jobs]) {
      const message = `The thread that read ${request.file} stopped; free some memory, or remove this picture if it happens again.`;
      settle(id)?.reject(new DataError("reader_failed", message, cause));
    }
    died();
  }
  worker.on("message", (answer: ReadingAnswer) => {
    const job = settle(answer.id);
    if ("raster" in answer) job?.resolve(answer.raster);
    else if (answer.code !== undefined) job?.reject(new DataError(answer.code, answer.message));
    else job?.reject(new Error(answer.message));
    freed();
  });
  worker.on("error", fail);
  worker.on("exit", (code) => fail(new Error(`exit code ${code}`)));

  return {
    jobs,
    take(id, job) {
      jobs.set(id, job);
      worker.ref();
      const message: ReadingRequest = { id, request: job.request };
      worker.postMessage(message);
    },
  };
}
