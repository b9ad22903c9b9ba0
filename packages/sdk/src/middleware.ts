/** One try of a call to the API, as middleware sees and may change it. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  /** This try's own: changes do not reach the next one. Credentials included, so mind what you log. */
  readonly headers: Headers;
  /** The image, or what starts a job; undefined for calls without a body. */
  readonly body: Blob | undefined;
  /** Aborts when the try's time is up or the caller gives up. */
  readonly signal: AbortSignal;
  /** Tries made before this one. */
  readonly retries: number;
}

/** Sends a request on: to the next middleware, or to the network. */
export type Next = (request: ApiRequest) => Promise<Response>;

/**
 * Wraps every try of every call to the API: reads or changes the request, calls `next` (again, if it likes) and reads or
 * replaces the answer. `next` rejects with a `ConnectionError`, `TimeoutError` or `AbortedError`; what else is thrown ends
 * the call as it is.
 *
 * @example
 * ```ts
 * const renewToken: Middleware = async (request, next) => {
 *   request.headers.set("authorization", `Bearer ${await tokens.current()}`);
 *   const response = await next(request);
 *   if (response.status !== 401) return response;
 *   await response.body?.cancel();
 *   request.headers.set("authorization", `Bearer ${await tokens.renew()}`);
 *   return next(request);
 * };
 * ```
 */
export type Middleware = (request: ApiRequest, next: Next) => Promise<Response>;

/** The first middleware is the outermost; `send` is innermost. */
export function compose(middleware: readonly Middleware[], send: Next): Next {
  return middleware.reduceRight<Next>((next, layer) => async (request) => layer(request, next), send);
}
