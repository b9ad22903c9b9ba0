import type { Fetch } from "../options.ts";

/** How far the download of a model's files has come. */
export interface LoadProgress {
  readonly loadedBytes: number;
  /** Of all files together, as the manifest says. */
  readonly totalBytes: number;
}

/** Fetches a model's files and tells after every chunk how many bytes are there; a file tried again counts anew. */
export function countingFetch(
  fetch: Fetch,
  totalBytes: number,
  onProgress: (progress: LoadProgress) => void,
): Fetch {
  const loaded = new Map<string, number>();
  const count = (url: string, bytes: number) => {
    loaded.set(url, bytes);
    const loadedBytes = [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0);
    onProgress({ loadedBytes: Math.min(loadedBytes, totalBytes), totalBytes });
  };
  return async (url, init) => {
    const response = await fetch(url, init);
    if (!response.ok || !response.body) return response;
    let bytes = 0;
    count(url, bytes);
    const counter = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        count(url, bytes);
        controller.enqueue(chunk);
      },
    });
    const { status, headers } = response;
    return new Response(response.body.pipeThrough(counter), { status, headers });
  };
}
