/**
 * The content security policy of a page that may run its own inline scripts and styles, talk to this service, and
 * nothing else (Content Security Policy Level 3, hashes of the inline elements).
 *
 * @param html the page as it is sent
 * @param directives what this page may do beside that
 */
export async function pagePolicy(html: string, directives: readonly string[] = []): Promise<string> {
  return [
    "default-src 'none'",
    `script-src ${await hashesOf(html, "script")}`,
    `style-src ${await hashesOf(html, "style")}`,
    "img-src 'self' blob: data:",
    "connect-src 'self'",
    ...directives,
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
