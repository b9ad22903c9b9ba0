/** The playground's Web Worker: fetches a model from this service, keeps it, and runs pictures through it one by one. */
import { ApiError } from "@unpaired/sdk";
import { type LocalModel, loadModel } from "@unpaired/sdk/local";
import type { LocalAnswer, LocalRequest } from "./local-protocol.ts";

interface WorkerScope {
  readonly location: { readonly href: string; readonly origin: string };
  postMessage(message: LocalAnswer): void;
  onmessage: ((event: { readonly data: LocalRequest }) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;

/** A page may hold more than an isolate; a tab of a phone still lives with this. */
const memoryBudgetBytes = 256 * 2 ** 20;

let kept: { readonly name: string; readonly model: Promise<LocalModel> } | undefined;
let turn: Promise<void> = Promise.resolve();
let newestId = 0;

scope.onmessage = ({ data: request }) => {
  newestId = request.id;
  // The page waits for one picture only; it has forgotten those before.
  turn = turn.then(() => (request.id === newestId ? answer(request) : undefined));
};

async function answer(request: LocalRequest): Promise<void> {
  const { id, image, format, quality } = request;
  try {
    const model = await modelOf(request);
    const result = await model.translate(image, { format, quality });
    const { version, domainScore, timings } = result;
    const done = { image: await result.blob(), model: result.model, version, domainScore, timings };
    scope.postMessage({ id, kind: "done", ...done });
  } catch (error) {
    scope.postMessage({ id, kind: "failed", ...failureOf(error) });
  }
}

function modelOf(request: LocalRequest): Promise<LocalModel> {
  const name = `${request.model} ${request.version}`;
  if (kept?.name === name) return kept.model;
  // One at a time: a tab's memory is small.
  kept?.model.then((model) => model.dispose()).catch(() => {});
  const model = load(request);
  const own = { name, model };
  kept = own;
  model.catch(() => {
    if (kept === own) kept = undefined;
  });
  return model;
}

async function load({ id, model, version, apiKey }: LocalRequest): Promise<LocalModel> {
  const startMs = performance.now();
  const loaded = await loadModel(model, {
    baseUrl: scope.location.origin,
    engine: new URL("./", scope.location.href),
    version,
    memoryBudgetBytes,
    ...(apiKey !== "" && { apiKey }),
    onProgress: (progress) => scope.postMessage({ id, kind: "loading", ...progress }),
  });
  scope.postMessage({ id, kind: "loaded", tookMs: performance.now() - startMs });
  return loaded;
}

function failureOf(error: unknown) {
  const {
    code = "internal_error",
    message = String(error),
    isRetryable = false,
  } = error as Partial<ApiError>;
  const status = ApiError.isInstance(error) ? error.status : undefined;
  return { code, message, status, isRetryable };
}
