import type { ImageFormat } from "@unpaired/core/contracts";
import type { Translated } from "../inference/translator.ts";

/** What is needed of the Cache API, or of whatever stands in for it. */
export interface ResultStore {
  match(key: Request): Promise<Response | undefined>;
  put(key: Request, response: Response): Promise<void>;
}

/** Translated images by what made them; a store that fails costs its use and no request. */
export interface ResultCache {
  /** @param key 64 hex digits of a SHA-256 over all that decides about the result */
  find(origin: string, key: string): Promise<Translated | undefined>;
  keep(origin: string, key: string, translated: Translated, format: ImageFormat): Promise<void>;
}

/** A larger result is made anew: reading it back would take memory that others translate in. */
const MOST_BYTES = 4_000_000;
const KEPT_SECONDS = 7 * 24 * 60 * 60;

const WIDTH = "x-width";
const HEIGHT = "x-height";
const SCORE = "x-domain-score";

/**
 * @param open gives the store; asked with the first request, since a Workers runtime allows no I/O before one
 */
export function createResultCache(open: () => Promise<ResultStore>): ResultCache {
  let opened: Promise<ResultStore> | undefined;
  const store = () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  return {
    async find(origin, key) {
      try {
        const response = await (await store()).match(keyRequest(origin, key));
        return response && (await readResult(response));
      } catch (error) {
        console.warn("The result cache cannot be read:", error);
        return undefined;
      }
    },
    async keep(origin, key, translated, format) {
      if (translated.image.length > MOST_BYTES) return;
      try {
        await (await store()).put(keyRequest(origin, key), resultResponse(translated, format));
      } catch (error) {
        console.warn("The result cache cannot be written:", error);
      }
    },
  };
}

// At the service's own origin, as Cloudflare advises; a named cache is asked by nobody but this code.
function keyRequest(origin: string, key: string): Request {
  return new Request(`${origin}/translated/${key}`);
}

function resultResponse({ image, width, height, domainScore }: Translated, format: ImageFormat): Response {
  const headers = new Headers({
    "content-type": `image/${format}`,
    "cache-control": `public, max-age=${KEPT_SECONDS}`,
    [WIDTH]: String(width),
    [HEIGHT]: String(height),
  });
  if (domainScore !== undefined) headers.set(SCORE, String(domainScore));
  return new Response(image, { headers });
}

async function readResult(response: Response): Promise<Translated | undefined> {
  const [width, height] = [WIDTH, HEIGHT].map((name) => Number(response.headers.get(name)));
  const score = response.headers.get(SCORE);
  if (!response.ok || !width || !height) return undefined;
  const image = new Uint8Array(await response.arrayBuffer());
  return { image, width, height, domainScore: score === null ? undefined : Number(score) };
}
