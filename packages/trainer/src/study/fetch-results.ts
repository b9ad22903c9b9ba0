import { type StudyResults, studyIdSchema, studyResultsSchema } from "@unpaired/core/contracts";
import { StudyError } from "./errors.ts";

const TIMEOUT_MS = 30_000;
const MOST_SESSIONS = 100_000;

/** Options of {@link fetchResults}. */
export interface FetchResultsOptions {
  /** Where the service answers. */
  readonly url: string;
  readonly study: string;
  readonly apiKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * Asks a service for all results of a study.
 *
 * @throws StudyError; the signal's reason when it is aborted
 */
export async function fetchResults({
  url,
  study,
  apiKey,
  signal,
  fetch = globalThis.fetch,
}: FetchResultsOptions): Promise<Omit<StudyResults, "nextAfter">> {
  const base = baseOf(url);
  if (!studyIdSchema.safeParse(study).success) {
    throw new StudyError(
      "study_not_found",
      `"${study}" is no study's id; give what trainer study create said.`,
    );
  }

  async function page(after: number): Promise<StudyResults> {
    const address = `${base}/studies/${study}/results?after=${after}`;
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(address, {
      headers: apiKey === undefined ? {} : { "x-api-key": apiKey },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    }).catch((cause: unknown) => {
      signal?.throwIfAborted();
      throw new StudyError("service_unreachable", `${base} cannot be reached; check the address.`, cause);
    });
    if (!response.ok) throw refusal(response.status, base, study);
    const body: unknown = await response.json().catch(() => undefined);
    const { data } = studyResultsSchema.safeParse(body);
    if (data?.study === study) return data;
    throw new StudyError("service_failing", `${base} answers no results of a study; check the address.`);
  }

  const { nextAfter, ...results } = await page(0);
  const sessions = [...results.sessions];
  for (let after = nextAfter; after !== null; ) {
    const next = await page(after);
    sessions.push(...next.sessions);
    if (next.nextAfter !== null && (next.nextAfter <= after || sessions.length > MOST_SESSIONS)) {
      throw new StudyError(
        "service_failing",
        `${base} never comes to the end of its results; tell its operator.`,
      );
    }
    after = next.nextAfter;
  }
  return { ...results, sessions };
}

function refusal(status: number, base: string, study: string): StudyError {
  if (status === 401 || status === 403) {
    return new StudyError(
      "unauthorized",
      `${base} wants an API key; set UNPAIRED_API_KEY to one it accepts.`,
    );
  }
  if (status === 404) {
    return new StudyError("study_not_found", `${base} has no study ${study}; check the id and the address.`);
  }
  return new StudyError("service_failing", `${base} answers ${status}; try again later.`);
}

function baseOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw new StudyError("service_unreachable", `"${url}" is no address of a service; give https://….`);
  }
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, "")}`;
}
