import { pagePolicy } from "../access/page-policy.ts";
import type { Route } from "./route.ts";

/** A page, allowed to run its own script and style and nothing else unless its policy says so. */
export function pageRoute(html: string, ownPolicy?: Promise<string>): Route {
  let policy = ownPolicy;
  return async (context) => {
    policy ??= pagePolicy(html);
    return context.html(html, 200, {
      "content-security-policy": await policy,
      "cache-control": "no-cache",
    });
  };
}
