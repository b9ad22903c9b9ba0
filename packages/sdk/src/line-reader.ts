/** A line that was cut off by the end of its stream, or is longer than it may be. */
export class BrokenLine {
  readonly why: "cut off" | "too long";

  constructor(why: BrokenLine["why"]) {
    this.why = why;
  }
}

/** Reads a stream of UTF-8 line by line, and holds no more of it than one chunk and the beginning of one line. */
export class LineReader {
  readonly #reader: ReadableStreamDefaultReader<unknown>;
  readonly #maxLineBytes: number;
  readonly #decoder = new TextDecoder();
  #chunk = new Uint8Array();
  #head: Uint8Array[] = [];
  #headBytes = 0;

  constructor(stream: ReadableStream<unknown>, { maxLineBytes }: { readonly maxLineBytes: number }) {
    this.#reader = stream.getReader();
    this.#maxLineBytes = maxLineBytes;
  }

  /**
   * The next line without its end; undefined behind the last one.
   *
   * @throws {TypeError} where a chunk is not a Uint8Array, and whatever the stream throws
   */
  async next(): Promise<string | BrokenLine | undefined> {
    for (;;) {
      const end = this.#chunk.indexOf(10);
      const part = end < 0 ? this.#chunk : this.#chunk.subarray(0, end);
      this.#headBytes += part.length;
      if (this.#headBytes > this.#maxLineBytes) return new BrokenLine("too long");
      if (part.length > 0) this.#head.push(part);
      if (end >= 0) {
        this.#chunk = this.#chunk.subarray(end + 1);
        return this.#takeHead();
      }
      const { done, value } = await this.#reader.read();
      if (done) return this.#headBytes > 0 ? new BrokenLine("cut off") : undefined;
      if (!ArrayBuffer.isView(value)) {
        throw new TypeError(
          `the answer gave a chunk of type ${typeof value}; only Uint8Array chunks are bytes`,
        );
      }
      this.#chunk = new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
    }
  }

  /** Ends the stream, a read under way included. */
  cancel(): void {
    this.#reader.cancel().catch(() => {});
  }

  #takeHead(): string {
    const text = this.#head.map((part) => this.#decoder.decode(part, { stream: true })).join("");
    this.#head = [];
    this.#headBytes = 0;
    return text + this.#decoder.decode();
  }
}
