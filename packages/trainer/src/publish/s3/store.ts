import { ConfigError } from "../../errors.ts";
import { RegistryError } from "../errors.ts";
import type { BucketPlace } from "../registry-place.ts";

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What signing needs. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Names of the variables they came from, for messages. */
  readonly variables: string;
}

/** An S3 store and how to speak to it. */
export interface Store {
  /** URL of the bucket, without a slash at its end. */
  readonly bucketUrl: string;
  readonly host: string;
  readonly region: string;
  readonly credentials: Credentials;
}

/**
 * Finds a bucket's store in the environment: for `r2://` the account's R2, for `s3://` Amazon S3, or the endpoint given.
 *
 * @param endpoint of `--endpoint`; goes before the environment's
 * @throws RegistryError `no_credentials`; ConfigError `no_endpoint`, `no_region`, `invalid_endpoint`
 */
export function findStore({ kind, bucket }: BucketPlace, environment: Environment, endpoint?: string): Store {
  const given = endpoint ?? endpointOf(kind, environment);
  const region = regionOf(kind, environment, given);
  const credentials = credentialsOf(kind, environment);
  if (given === undefined) {
    // Certificates cover one label before the region only.
    const host = bucket.includes(".") ? `s3.${region}.amazonaws.com` : `${bucket}.s3.${region}.amazonaws.com`;
    return {
      bucketUrl: `https://${host}${bucket.includes(".") ? `/${bucket}` : ""}`,
      host,
      region,
      credentials,
    };
  }
  const { origin, host } = parseEndpoint(given);
  return { bucketUrl: `${origin}/${bucket}`, host, region, credentials };
}

function endpointOf(kind: BucketPlace["kind"], environment: Environment): string | undefined {
  const general = environment.AWS_ENDPOINT_URL_S3 || environment.AWS_ENDPOINT_URL || undefined;
  if (kind === "s3") return general;
  const account = environment.CLOUDFLARE_ACCOUNT_ID;
  if (account) {
    if (!/^[0-9a-f]{32}$/i.test(account)) {
      throw new ConfigError(
        "CLOUDFLARE_ACCOUNT_ID is not an account's id, which has 32 hex digits; `wrangler whoami` shows it.",
        { code: "no_endpoint" },
      );
    }
    return `https://${account.toLowerCase()}.r2.cloudflarestorage.com`;
  }
  if (general) return general;
  throw new ConfigError(
    "Which Cloudflare account has the bucket is not known; set CLOUDFLARE_ACCOUNT_ID, or give --endpoint https://ACCOUNT.r2.cloudflarestorage.com.",
    { code: "no_endpoint" },
  );
}

function parseEndpoint(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain =
    url && !url.username && !url.password && !url.search && !url.hash && url.pathname.replace("/", "") === "";
  if (plain && (url.protocol === "https:" || url.protocol === "http:")) return url;
  throw new ConfigError(
    "The endpoint is not the address of a store alone; give one such as https://ACCOUNT.r2.cloudflarestorage.com, without a path or credentials.",
    { code: "invalid_endpoint" },
  );
}

function regionOf(kind: BucketPlace["kind"], environment: Environment, endpoint: string | undefined): string {
  if (kind === "r2") return "auto";
  const region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION;
  if (region && /^[a-z0-9-]{1,32}$/.test(region)) return region;
  if (region) {
    throw new ConfigError(`AWS_REGION is ${JSON.stringify(region)}; set it to one such as eu-central-1.`, {
      code: "no_region",
    });
  }
  if (endpoint !== undefined) return "us-east-1";
  throw new ConfigError("Which region the bucket is in is not known; set AWS_REGION, to eu-central-1 say.", {
    code: "no_region",
  });
}

function credentialsOf(kind: BucketPlace["kind"], environment: Environment): Credentials {
  const families = kind === "r2" ? ["R2", "AWS"] : ["AWS"];
  for (const family of families) {
    const accessKeyId = environment[`${family}_ACCESS_KEY_ID`]?.trim();
    const secretAccessKey = environment[`${family}_SECRET_ACCESS_KEY`]?.trim();
    const sessionToken = environment[`${family}_SESSION_TOKEN`]?.trim();
    if (!accessKeyId || !secretAccessKey) continue;
    const variables = `${family}_ACCESS_KEY_ID and ${family}_SECRET_ACCESS_KEY`;
    return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }), variables };
  }
  const cure =
    kind === "r2"
      ? "of an R2 API token that may read and write objects"
      : "of a key that may read, write and list the bucket";
  throw new RegistryError(
    `There are no credentials; set ${families.map((family) => `${family}_ACCESS_KEY_ID and ${family}_SECRET_ACCESS_KEY`).join(", or ")} to those ${cure}.`,
    { code: "no_credentials" },
  );
}
