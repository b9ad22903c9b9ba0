import type { PublishedFile } from "@unpaired/core/contracts";

/** Where models are published: a folder or a bucket, with the same keys (`registryKeys`). */
export interface Registry {
  /** As people name it: `r2://bucket/prefix`, or a folder's path. */
  readonly name: string;
  /**
   * The bytes of an object, or undefined where there is none.
   *
   * @throws RegistryError `object_too_large` beyond `maxBytes`
   */
  read(key: string, options: ReadOptions): Promise<Uint8Array | undefined>;
  /** Length of an object in bytes, or undefined where there is none. */
  size(key: string, signal?: AbortSignal): Promise<number | undefined>;
  /** Makes a blob be there with its bytes; false when it was. */
  putBlob(file: PublishedFile, bytes: Uint8Array, signal?: AbortSignal): Promise<boolean>;
  /** Writes an object that never changes; false, and nothing written, when its key is taken. */
  putNew(key: string, bytes: Uint8Array): Promise<boolean>;
  /** Writes a pointer: readers meet the old one or the new one. */
  putPointer(key: string, bytes: Uint8Array): Promise<void>;
  /** Keys that begin with a prefix, which ends in `/`, in no particular order. */
  list(prefix: string, signal?: AbortSignal): Promise<string[]>;
}

/** Options of {@link Registry.read}. */
export interface ReadOptions {
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}
