import { getJson } from "./get-json.ts";
import type { ClientConfig, RequestOptions } from "./options.ts";
import { pathSegment } from "./path-segment.ts";
import type { Health, Manifest } from "./wire.ts";

/** `GET /models`. */
export async function listModels(config: ClientConfig, options: RequestOptions): Promise<Manifest[]> {
  const { models } = await getJson(config, "models", isModelList, options);
  return models;
}

/** `GET /models/:id`. */
export function getModel(config: ClientConfig, id: string, options: RequestOptions): Promise<Manifest> {
  return getJson(config, `models/${pathSegment(id)}`, isManifest, options);
}

/** `GET /health`. */
export function getHealth(config: ClientConfig, options: RequestOptions): Promise<Health> {
  return getJson(config, "health", isHealth, options);
}

function isManifest(value: unknown): value is Manifest {
  const { id, version } = (value ?? {}) as Partial<Manifest>;
  return typeof id === "string" && typeof version === "string";
}

function isModelList(value: unknown): value is { models: Manifest[] } {
  const { models } = (value ?? {}) as { models?: unknown };
  return Array.isArray(models) && models.every(isManifest);
}

function isHealth(value: unknown): value is Health {
  const { status, build, engine } = (value ?? {}) as Partial<Health>;
  return typeof status === "string" && typeof build === "string" && typeof engine === "string";
}
