import { type Manifest, type PublishedFile, registryKeys } from "@unpaired/core/contracts";
import type { ModelFiles } from "@unpaired/engine";
import { MalformedAnswerError } from "../errors.ts";
import type { ClientConfig, Fetch, RequestOptions } from "../options.ts";
import { callApi } from "../request.ts";
import { checkManifest } from "./check-manifest.ts";
import { countingFetch, type LoadProgress } from "./load-progress.ts";
import { LocalModelError } from "./local-model-error.ts";

/** A published model as an app may hold it: its manifest and its files. */
export interface PublishedModel {
  readonly manifest: Manifest;
  /** `model.json` and the weight shards, in the manifest's order. */
  readonly files: ModelFiles;
}

/** Where a model is published: behind the API, or as the registry's files on any web server. */
export type Published = "api" | "registry";

/** Which model to fetch, and from where. */
export interface FetchModelOptions {
  readonly id: string;
  readonly version?: string;
  readonly published: Published;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/**
 * Fetches a published model's manifest and files.
 *
 * @throws {LocalModelError} `invalid_manifest`, `damaged_file`
 * @throws {NotFoundError | ApiError | ConnectionError | TimeoutError | AbortedError | MalformedAnswerError}
 */
export async function fetchModel(
  config: ClientConfig,
  { id, version, published, onProgress }: FetchModelOptions,
  options: RequestOptions,
): Promise<PublishedModel> {
  const json = (path: string, query?: URLSearchParams) => fetchJson(config, { path, query }, options);
  const name = encodeURIComponent(id);
  const wanted = async () => {
    if (published === "api") {
      return json(`models/${name}`, version === undefined ? undefined : new URLSearchParams({ version }));
    }
    const latest = version ?? ((await json(registryKeys.latest(name))) as { version?: unknown }).version;
    return json(registryKeys.manifest(name, encodeURIComponent(String(latest))));
  };
  const manifest = checkManifest(await wanted());
  if (manifest.id !== id || (version !== undefined && manifest.version !== version)) {
    throw new LocalModelError(
      `the manifest is of ${manifest.id} ${manifest.version}, not of ${id} ${version ?? ""}; ask for a version that is published there`,
      { code: "invalid_manifest" },
    );
  }
  const { model, weights } = manifest.files;
  const fetch = onProgress ? countingFetch(config.fetch, totalBytes(manifest), onProgress) : config.fetch;
  // The service finds a file through the model that it belongs to, which says who may have it.
  const folder = `models/${name}/versions/${encodeURIComponent(manifest.version)}/files/`;
  const read = (file: PublishedFile) => {
    const path = published === "api" ? folder + file.sha256 : file.key;
    return fetchFile({ ...config, fetch }, { path, file }, options);
  };
  return { manifest, files: { model: await read(model), weights: await Promise.all(weights.map(read)) } };
}

function totalBytes({ files }: Manifest): number {
  return [files.model, ...files.weights].reduce((sum, { bytes }) => sum + bytes, 0);
}

async function fetchJson(
  config: ClientConfig,
  { path, query }: { readonly path: string; readonly query: URLSearchParams | undefined },
  options: RequestOptions,
): Promise<unknown> {
  const call = {
    ...options,
    method: "GET",
    path,
    ...(query && { query }),
    accept: "application/json",
  } as const;
  return callApi(config, call, ({ body, source, status, requestId }) => {
    try {
      // By its content alone: not every file server calls JSON by its name.
      const value: unknown = JSON.parse(new TextDecoder().decode(body));
      if (typeof value === "object" && value !== null) return value;
    } catch {}
    throw new MalformedAnswerError(
      `${source} answered ${status} without JSON; check where the model is published`,
      {
        status,
        requestId,
      },
    );
  });
}

async function fetchFile(
  config: ClientConfig,
  { path, file }: { readonly path: string; readonly file: PublishedFile },
  options: RequestOptions,
): Promise<Uint8Array> {
  const call = { ...options, method: "GET", path, accept: "application/octet-stream" } as const;
  const bytes = await callApi(config, call, ({ body }) => body);
  if (await isWhole(bytes, file)) return bytes;
  // What a cache keeps for good may have been cut off or damaged on its way there.
  const past: Fetch = (url, init) => config.fetch(url, Object.assign({}, init, pastCaches));
  const again = canReload() ? await callApi(config, { ...call, fetch: past }, ({ body }) => body) : bytes;
  await assertWhole(again, file);
  return again;
}

/**
 * Holds given files to their manifest.
 *
 * @throws {LocalModelError} `invalid_manifest`, `damaged_file`
 */
export async function checkModel({ manifest, files }: PublishedModel): Promise<void> {
  checkManifest(manifest);
  const { model, weights } = manifest.files;
  if (files.weights.length !== weights.length) {
    throw new LocalModelError(
      `there are ${files.weights.length} weight files, and the manifest lists ${weights.length}; give them all, in its order`,
      { code: "damaged_file" },
    );
  }
  await assertWhole(files.model, model);
  for (const [index, file] of weights.entries()) await assertWhole(files.weights[index]!, file);
}

/** Of `RequestInit`, where a runtime's types know it. */
const pastCaches = { cache: "reload" } as const;

/** Some runtimes have no HTTP cache, and refuse to pass it by. */
function canReload(): boolean {
  try {
    return new Request("https://localhost", Object.assign({} as RequestInit, pastCaches)) !== undefined;
  } catch {
    return false;
  }
}

async function assertWhole(bytes: Uint8Array, file: PublishedFile): Promise<void> {
  if (await isWhole(bytes, file)) return;
  throw new LocalModelError(
    `the ${bytes.byteLength} bytes of ${file.key} are not those of its manifest; fetch it again or publish the model anew`,
    { code: "damaged_file" },
  );
}

async function isWhole(bytes: Uint8Array, { bytes: length, sha256 }: PublishedFile): Promise<boolean> {
  if (!globalThis.crypto?.subtle) {
    throw new LocalModelError(
      "this page has no crypto.subtle to check the model with; serve it over https: or from localhost",
      { code: "unsupported_platform" },
    );
  }
  if (bytes.byteLength !== length) return false;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") === sha256;
}
