/** What a request's `cache-control` allows a cache to do with its answer. */
export interface CacheUse {
  readonly mayRead: boolean;
  readonly mayWrite: boolean;
}

/**
 * Reads `cache-control` of a request (RFC 9111 §5.2.1): `no-store` wants nothing kept, and so nothing found either;
 * `no-cache` and `max-age=0` want a new answer, which may be kept.
 */
export function cacheUse(header: string | null): CacheUse {
  const directives = (header ?? "").split(",").map((directive) => directive.trim().toLowerCase());
  if (directives.includes("no-store")) return { mayRead: false, mayWrite: false };
  const wantsNew = directives.some((one) => one === "no-cache" || /^max-age\s*=\s*"?0+"?$/.test(one));
  return { mayRead: !wantsNew, mayWrite: true };
}
