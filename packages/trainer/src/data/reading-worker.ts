import { parentPort } from "node:worker_threads";
import { DataError, type DataErrorCode } from "./errors.ts";
import { loadPicture, type PictureRequest } from "./load-picture.ts";
import type { Raster } from "./raster.ts";

/** One picture asked of a thread. */
export interface ReadingRequest {
  readonly id: number;
  readonly request: PictureRequest;
}

/** What a thread answers: the picture, or why there is none. */
export type ReadingAnswer = { readonly id: number } & (
  | { readonly raster: Raster }
  | { readonly code: DataErrorCode | undefined; readonly message: string }
);

parentPort!.on("message", async ({ id, request }: ReadingRequest) => {
  try {
    const raster = await loadPicture(request);
    const answer: ReadingAnswer = { id, raster };
    parentPort!.postMessage(answer, [raster.data.buffer as ArrayBuffer]);
  } catch (error) {
    // Errors lose their class on the way between threads.
    const code = error instanceof DataError ? error.code : undefined;
    const message = error instanceof Error ? error.message : String(error);
    parentPort!.postMessage({ id, code, message } satisfies ReadingAnswer);
  }
});
