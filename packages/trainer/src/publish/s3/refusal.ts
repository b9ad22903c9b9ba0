import { RegistryError } from "../errors.ts";
import type { Store } from "./store.ts";

/** An answer that is no success, as much of it as is read. */
export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  /** The answer's XML; empty for HEAD. */
  readonly text: string;
}

/** What a refusal is about. */
export interface RefusedRequest {
  readonly bucket: string;
  /** `read`, `write` or `list`. */
  readonly doing: string;
  readonly store: Store;
  readonly nowMs: number;
}

/** `<Code>` of an S3 error, or undefined. */
export function errorCode({ text }: Pick<Refusal, "text">): string | undefined {
  return /<Code>([A-Za-z0-9.]{1,64})<\/Code>/.exec(text)?.[1];
}

const retriedStatuses: ReadonlySet<number> = new Set([408, 409, 429, 500, 502, 503, 504]);
const retriedCodes: ReadonlySet<string> = new Set([
  "RequestTimeout",
  "SlowDown",
  // What arrived was not what was sent.
  "BadDigest",
  "XAmzContentSHA256Mismatch",
  "IncompleteBody",
]);

/** Whether the same request may fare better in a moment. */
export function isPassing(refusal: Refusal): boolean {
  return retriedStatuses.has(refusal.status) || retriedCodes.has(errorCode(refusal) ?? "");
}

const SKEW_MS = 15 * 60_000;

/** Says what a store's refusal means and what cures it; never what the store wrote, which may repeat the request. */
export function describeRefusal(refusal: Refusal, request: RefusedRequest): RegistryError {
  const { bucket, doing, store, nowMs } = request;
  const { status, headers } = refusal;
  const code = errorCode(refusal);
  const error = (name: string, message: string) => new RegistryError(message, { code: name });

  if (code === "NoSuchBucket") {
    return error(
      "bucket_not_found",
      `There is no bucket ${bucket} at ${store.host}; create it (wrangler r2 bucket create ${bucket}), or correct its name or the account.`,
    );
  }
  const region =
    headers.get("x-amz-bucket-region") ?? /<Region>([^<]{1,64})<\/Region>/.exec(refusal.text)?.[1];
  const moved = status === 301 || status === 307 || code === "AuthorizationHeaderMalformed";
  if (moved || (status === 400 && region)) {
    const known = region && /^[a-z0-9-]{1,32}$/.test(region) ? region : undefined;
    return error(
      "wrong_region",
      known
        ? `Bucket ${bucket} is in region ${known}, not ${store.region}; set AWS_REGION=${known}.`
        : `Bucket ${bucket} is not in region ${store.region} of ${store.host}; set AWS_REGION to its region.`,
    );
  }
  const skewMs = nowMs - Date.parse(headers.get("date") ?? "");
  if (code === "RequestTimeTooSkewed" || (status === 403 && !code && Math.abs(skewMs) > SKEW_MS)) {
    const off = Number.isFinite(skewMs)
      ? `${Math.round(Math.abs(skewMs) / 60_000)} minutes ${skewMs > 0 ? "ahead of" : "behind"} the store's`
      : "too far from the store's";
    return error("clock_skew", `This machine's clock is ${off}; set it (timedatectl set-ntp true).`);
  }
  if (code === "ExpiredToken") {
    return error("credentials_expired", "The session token has expired; get new credentials and try again.");
  }
  if (status === 401 || refusedCodes.has(code ?? "")) {
    return error(
      "credentials_refused",
      `${store.host} does not accept the credentials; check ${store.credentials.variables}${code === "SignatureDoesNotMatch" ? " (the id is known, the secret does not fit)" : ""}.`,
    );
  }
  if (status === 403) {
    return error(
      "forbidden",
      `The credentials may not ${doing} bucket ${bucket}; give them read and write access to it.`,
    );
  }
  if (isPassing(refusal)) {
    return error(
      "registry_failing",
      `${store.host} keeps answering ${status}${code ? ` (${code})` : ""}; try again later.`,
    );
  }
  if (status === 404) {
    return error("no_store", `${store.host} does not answer as an S3 store does; check the endpoint.`);
  }
  return error(
    "registry_refused",
    `${store.host} refused to ${doing} bucket ${bucket}: ${status}${code ? ` (${code})` : ""}; check the endpoint and the bucket's settings.`,
  );
}

const refusedCodes: ReadonlySet<string> = new Set([
  "InvalidAccessKeyId",
  "SignatureDoesNotMatch",
  "InvalidToken",
  "Unauthorized",
]);
