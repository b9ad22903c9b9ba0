import { AccessError } from "./access-error.ts";

/**
 * Reads the variable `CORS_ORIGINS`: origins whose pages may call the service, separated by commas, or `*` for all.
 *
 * @returns `"*"`, or the origins as browsers spell them; none when the variable is absent or empty
 * @throws AccessError `service_misconfigured`
 */
export function parseOrigins(variable = ""): "*" | readonly string[] {
  if (variable.trim() === "*") return "*";
  const origins = variable.split(",").map((origin) => origin.trim());
  return [...new Set(origins.filter((origin) => origin !== ""))].map((origin) => {
    if (!isOrigin(origin)) {
      throw new AccessError(
        `CORS_ORIGINS holds ${JSON.stringify(origin)}; give origins such as https://app.example, or * alone.`,
      );
    }
    return origin;
  });
}

function isOrigin(text: string): boolean {
  // A host may hold a star for a URL parser; no origin a browser sends does.
  return /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
