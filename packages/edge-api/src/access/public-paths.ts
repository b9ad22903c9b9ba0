/** What is answered without a key: pages, and what tells how the service is. Whatever is not named needs one. */
const publicPaths: ReadonlySet<string> = new Set(["/", "/docs", "/favicon.ico", "/health", "/openapi.json"]);

/** What the participants of a study need; its results are not among it. */
const participantPath = /^\/studies\/[^/]+(\/pictures\/[^/]+|\/sessions|\/sessions\/[^/]+\/answers)?$/;

/** @param path of a request, as the routes match it */
export function isPublicPath(path: string): boolean {
  // The engine is no secret, and a Web Worker's script cannot be asked for with a key.
  return publicPaths.has(path) || path.startsWith("/engine/") || participantPath.test(path);
}
