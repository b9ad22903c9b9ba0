import { invalidModel } from "../errors.ts";

/** The shards of one manifest group, read as the one run of bytes they were cut from. */
export class Shards {
  readonly byteLength: number;
  #shards: readonly Uint8Array[];

  constructor(shards: readonly Uint8Array[]) {
    this.#shards = shards;
    this.byteLength = shards.reduce((sum, shard) => sum + shard.byteLength, 0);
  }

  /**
   * A copy of `length` bytes from `offset` on, aligned for any typed array; the caller keeps it inside `byteLength`.
   *
   * @throws EngineError `invalid_model` when the shards have become shorter since, or were released
   */
  read(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    let begin = 0;
    let missing = length;
    for (const shard of this.#shards) {
      const end = begin + shard.byteLength;
      if (end > offset && begin < offset + length) {
        const from = Math.max(offset, begin);
        const to = Math.min(offset + length, end);
        bytes.set(shard.subarray(from - begin, to - begin), from - offset);
        missing -= to - from;
      }
      begin = end;
    }
    if (missing > 0) {
      throw invalidModel(
        `${missing} bytes of the weight files went away while they were read; keep the files' buffers until the session exists.`,
      );
    }
    return bytes;
  }

  /** Lets go of the bytes; nothing can be read afterwards. */
  release(): void {
    this.#shards = [];
  }
}
