/** The caller's own `x-request-id` when it is harmless, else a new one; it names the request in logs and answers. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && /^[\w.-]{8,64}$/.test(given) ? given : crypto.randomUUID();
}
