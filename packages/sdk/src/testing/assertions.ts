/** What is known of an error before its class is. */
export interface SeenError extends Error {
  readonly code?: unknown;
  readonly status?: unknown;
  readonly requestId?: unknown;
  readonly retryAfterMs?: unknown;
  readonly isRetryable?: unknown;
}

/** @throws Error where `actual` is not the same JSON as `expected` */
export function assertEqual(actual: unknown, expected: unknown, what: string): void {
  const [seen, wanted] = [actual, expected].map((value) => JSON.stringify(value) ?? "undefined");
  if (seen !== wanted) throw new Error(`${what}: got ${seen} instead of ${wanted}`);
}

/** @throws Error where `truth` is not there */
export function assertThat(truth: unknown, what: string): void {
  if (!truth) throw new Error(`this should be so: ${what}`);
}

/**
 * What a promise rejects with.
 *
 * @throws Error where it resolves
 */
export async function rejection(promise: Promise<unknown>): Promise<SeenError> {
  const outcome = await promise.then(
    () => undefined,
    (error: SeenError) => error,
  );
  if (!outcome) throw new Error("this should have failed");
  return outcome;
}
