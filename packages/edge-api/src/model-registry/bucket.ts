/** An object of a bucket, its body not read yet. */
export interface RegistryObject {
  /** Bytes. */
  readonly size: number;
  readonly body: ReadableStream<Uint8Array>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** What this service uses of an R2 bucket binding. */
export interface RegistryBucket {
  get(key: string): Promise<RegistryObject | null>;
  list(options: {
    readonly prefix: string;
    readonly delimiter?: string;
    readonly cursor?: string;
    readonly limit?: number;
  }): Promise<{
    readonly objects: readonly { readonly key: string }[];
    readonly delimitedPrefixes: readonly string[];
    readonly truncated: boolean;
    readonly cursor?: string;
  }>;
}
