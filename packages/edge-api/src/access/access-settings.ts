import { AccessError } from "./access-error.ts";
import { type ApiKey, parseApiKeys } from "./api-keys.ts";
import { parseOrigins } from "./origins.ts";

/** Variables and secrets that say who may use the service; an empty one counts as absent. */
export interface AccessVariables {
  /** `open` serves anybody; absent or `keys`, only who sends a key of `API_KEYS`. */
  readonly ACCESS?: string | undefined;
  /** JSON array of accepted keys, hashed; see {@link parseApiKeys}. */
  readonly API_KEYS?: string | undefined;
  /** Origins whose pages may call, separated by commas, or `*`. */
  readonly CORS_ORIGINS?: string | undefined;
  /** `off` leaves the rate limiter alone, as a service on one's own machine does. */
  readonly RATE_LIMIT?: string | undefined;
}

/** Who may use the service. */
export interface AccessSettings {
  /** Accepted keys; undefined where the service is open. */
  readonly keys: readonly ApiKey[] | undefined;
  readonly origins: "*" | readonly string[];
  readonly isRateLimited: boolean;
}

/**
 * Reads the variables; nothing is open that does not say so.
 *
 * @throws AccessError `service_misconfigured`
 */
export function readAccessSettings({
  ACCESS,
  API_KEYS,
  CORS_ORIGINS,
  RATE_LIMIT,
}: AccessVariables): AccessSettings {
  return {
    keys: readKeys(ACCESS || "keys", API_KEYS || undefined),
    origins: parseOrigins(CORS_ORIGINS),
    isRateLimited: readRateLimit(RATE_LIMIT || "on"),
  };
}

function readKeys(access: string, apiKeys: string | undefined): readonly ApiKey[] | undefined {
  if (access !== "keys" && access !== "open") {
    throw new AccessError(`ACCESS is ${JSON.stringify(access)}; use keys or open.`);
  }
  if (access === "keys" && apiKeys === undefined) {
    throw new AccessError(
      "No API key is set up, so nobody is served; set the secret API_KEYS, or ACCESS=open to serve anybody.",
    );
  }
  if (access === "open" && apiKeys !== undefined) {
    throw new AccessError("ACCESS is open while API_KEYS are set; take one of them away.");
  }
  return apiKeys === undefined ? undefined : parseApiKeys(apiKeys);
}

function readRateLimit(rateLimit: string): boolean {
  if (rateLimit === "on" || rateLimit === "off") return rateLimit === "on";
  throw new AccessError(`RATE_LIMIT is ${JSON.stringify(rateLimit)}; use on or off.`);
}
