import { pagePolicy } from "../access/page-policy.ts";
import type { Route } from "./route.ts";

/** `GET /`: the playground page, allowed to run its own script and style and nothing else. */
export function playgroundRoute(html: string): Route {
  let policy: Promise<string> | undefined;
  return async (context) => {
    policy ??= pagePolicy(html);
    return context.html(html, 200, {
      "content-security-policy": await policy,
      "cache-control": "no-cache",
    });
  };
}
