/** Bytes of `count` numbers, each written by the caller into a view of them. */
export function littleEndian(
  count: number,
  bytesEach: number,
  write: (view: DataView, index: number) => void,
): Uint8Array {
  const bytes = new Uint8Array(count * bytesEach);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < count; index++) write(view, index);
  return bytes;
}
