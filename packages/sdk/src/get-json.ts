import { parseJson } from "./answer.ts";
import { MalformedAnswerError } from "./errors.ts";
import type { ClientConfig, RequestOptions } from "./options.ts";
import { type ApiCall, callApi } from "./request.ts";

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
  return callForJson(config, { method: "GET", path, signal, timeoutMs }, isExpected);
}

/**
 * Makes a call whose answer is JSON of the shape `isExpected` recognises.
 *
 * @throws {MalformedAnswerError} where the answer has another shape
 */
export function callForJson<T>(
  config: ClientConfig,
  call: Omit<ApiCall, "accept">,
  isExpected: (value: unknown) => value is T,
): Promise<T> {
  return callApi(config, { ...call, accept: "application/json" }, (answer) => {
    const value = parseJson(answer);
    if (isExpected(value)) return value;
    const { source, status, requestId } = answer;
    throw new MalformedAnswerError(
      `${source} answered ${status} without the JSON this client expects; check that baseUrl names an Unpaired API`,
      { status, requestId },
    );
  });
}
