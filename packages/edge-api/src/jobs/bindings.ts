/** One SQL statement with its values. */
export interface Statement {
  bind(...values: readonly (string | number | null)[]): Statement;
  all<Row>(): Promise<{ readonly results: Row[] }>;
  first<Row>(): Promise<Row | null>;
}

/** What jobs use of a D1 database. */
export interface JobDatabase {
  prepare(sql: string): Statement;
  /** Runs the statements as one transaction. */
  batch<Row>(statements: Statement[]): Promise<{ readonly results: Row[] }[]>;
}

/** What a bucket says of an object. */
export interface PictureHead {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  readonly customMetadata?: Readonly<Record<string, string>>;
}

/** An object of a bucket, its body not read yet. */
export interface Picture extends PictureHead {
  readonly body: ReadableStream<Uint8Array>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** What jobs use of an R2 bucket. */
export interface PictureBucket {
  head(key: string): Promise<PictureHead | null>;
  /** Gives the head alone where `onlyIf` does not hold. */
  get(
    key: string,
    options?: {
      readonly range?: { readonly offset: number; readonly length: number };
      readonly onlyIf?: { readonly etagMatches: string };
    },
  ): Promise<Picture | PictureHead | null>;
  put(
    key: string,
    value: Uint8Array | ArrayBuffer | string,
    options?: {
      readonly httpMetadata?: { readonly contentType: string };
      readonly customMetadata?: Readonly<Record<string, string>>;
    },
  ): Promise<PictureHead | null>;
  delete(key: string): Promise<void>;
}

/** What jobs use of a queue they send to. */
export interface TranslationQueue {
  sendBatch(messages: readonly { readonly body: unknown; readonly contentType: "json" }[]): Promise<unknown>;
}

/** One delivery of a message. */
export interface QueueMessage {
  readonly id: string;
  readonly body: unknown;
  /** Deliveries so far, this one included. */
  readonly attempts: number;
  ack(): void;
  retry(options?: { readonly delaySeconds: number }): void;
}

/** What a queue delivers at once. */
export interface QueueBatch {
  /** Name of the queue. */
  readonly queue: string;
  readonly messages: readonly QueueMessage[];
}

/** What bulk jobs are kept in; a service without them has no jobs. */
export interface JobBindings {
  readonly JOBS_DB: JobDatabase;
  /** uploads/, results/, inbox/ and outbox/. */
  readonly PICTURES: PictureBucket;
  readonly TRANSLATIONS: TranslationQueue;
}

/** All of the bindings, or undefined when one is missing. */
export function jobBindings({
  JOBS_DB,
  PICTURES,
  TRANSLATIONS,
}: Partial<JobBindings>): JobBindings | undefined {
  return JOBS_DB && PICTURES && TRANSLATIONS && { JOBS_DB, PICTURES, TRANSLATIONS };
}
