/** The shards of one manifest group, read as the one run of bytes they were cut from. */
export class Shards {
  readonly byteLength: number;
  #shards: readonly Uint8Array[];

  constructor(shards: readonly Uint8Array[]) {
    this.#shards = shards;
    this.byteLength = shards.reduce((sum, shard) => sum + shard.byteLength, 0);
  }

  /** A copy of `length` bytes from `offset` on, aligned for any typed array; the caller keeps it inside `byteLength`. */
  read(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    let begin = 0;
    for (const shard of this.#shards) {
      const end = begin + shard.byteLength;
      if (end > offset && begin < offset + length) {
        const from = Math.max(offset, begin);
        const to = Math.min(offset + length, end);
        bytes.set(shard.subarray(from - begin, to - begin), from - offset);
      }
      begin = end;
    }
    return bytes;
  }

  /** Lets go of the bytes; reading afterwards gives zeros. */
  release(): void {
    this.#shards = [];
  }
}
