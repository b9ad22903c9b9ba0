import { parseJson } from "./answer.ts";
import { MalformedAnswerError } from "./errors.ts";
import type { ClientConfig, RequestOptions } from "./options.ts";
import { callApi } from "./request.ts";

/**
 * GETs a JSON answer of the shape `isExpected` recognises.
 *
 * @param path relative to the base URL
 * @throws {MalformedAnswerError} where the answer has another shape
 */
export function getJson<T>(
  config: ClientConfig,
  path: string,
  isExpected: (value: unknown) => value is T,
  { signal, timeoutMs }: RequestOptions,
): Promise<T> {
  const call = { method: "GET", path, accept: "application/json", signal, timeoutMs } as const;
  return callApi(config, call, (answer) => {
    const value = parseJson(answer);
    if (isExpected(value)) return value;
    const { source, status, requestId } = answer;
    throw new MalformedAnswerError(
      `${source} answered ${status} without the JSON this client expects; check that baseUrl names an Unpaired API`,
      { status, requestId },
    );
  });
}
