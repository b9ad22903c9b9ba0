import type { ImageFormat } from "@unpaired/core/contracts";

/** What the page asks of its Web Worker: one picture, with one model. */
export interface LocalRequest {
  readonly id: number;
  readonly model: string;
  readonly version: string;
  /** Empty where the service is open. */
  readonly apiKey: string;
  readonly image: Blob;
  readonly format?: ImageFormat | undefined;
  readonly quality?: number | undefined;
}

/** What it gets: how loading goes on, then the picture or what went wrong. */
export type LocalAnswer = { readonly id: number } & (
  | { readonly kind: "loading"; readonly loadedBytes: number; readonly totalBytes: number }
  | { readonly kind: "loaded"; readonly tookMs: number }
  | {
      readonly kind: "done";
      readonly image: Blob;
      readonly model: string;
      readonly version: string;
      readonly domainScore: number | undefined;
      readonly timings: Readonly<Record<string, number | undefined>>;
    }
  | {
      readonly kind: "failed";
      readonly code: string;
      readonly message: string;
      readonly status: number | undefined;
      readonly isRetryable: boolean;
    }
);
