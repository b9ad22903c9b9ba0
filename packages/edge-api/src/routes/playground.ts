import type { Route } from "./route.ts";

/**
 * `GET /`: the playground page, allowed to run its own script and style and nothing else
 * (Content Security Policy Level 3, hashes of the inline elements).
 */
export function playgroundRoute(html: string): Route {
  let policy: Promise<string> | undefined;
  return async (context) => {
    policy ??= contentSecurityPolicy(html);
    return context.html(html, 200, {
      "content-security-policy": await policy,
      "cache-control": "no-cache",
      "referrer-policy": "no-referrer",
    });
  };
}

async function contentSecurityPolicy(html: string): Promise<string> {
  return [
    "default-src 'none'",
    `script-src ${await hashesOf(html, "script")}`,
    `style-src ${await hashesOf(html, "style")}`,
    "img-src 'self' blob: data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

async function hashesOf(html: string, element: "script" | "style"): Promise<string> {
  const hashes: string[] = [];
  for (const [, content] of html.matchAll(new RegExp(`<${element}[^>]*>(.*?)</${element}>`, "gs"))) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(content));
    hashes.push(`'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`);
  }
  return hashes.length > 0 ? hashes.join(" ") : "'none'";
}
