/** What both containers of PyTorch files come to: a pickled value and the storages it refers to. */
export interface Container {
  /** The pickled value, storages and tensors described but not read. */
  readonly value: unknown;
  /** Bytes of a stored run of elements. */
  readStorage(key: string): Promise<Uint8Array>;
}
