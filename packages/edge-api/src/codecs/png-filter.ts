/**
 * Undoes a row's filter in place.
 *
 * Source: PNG, third edition, §9.
 *
 * @param filter 0 none, 1 sub, 2 up, 3 average, 4 Paeth
 * @param row bytes as stored, without the filter's
 * @param above the row before it, unfiltered; zeros for the first
 * @param bytesPerPixel 1 where a pixel is less than a byte
 * @throws RangeError when there is no such filter
 */
export function unfilterRow(filter: number, row: Uint8Array, above: Uint8Array, bytesPerPixel: number): void {
  const { length } = row;
  switch (filter) {
    case 0:
      return;
    case 1:
      for (let index = bytesPerPixel; index < length; index++) row[index]! += row[index - bytesPerPixel]!;
      return;
    case 2:
      for (let index = 0; index < length; index++) row[index]! += above[index]!;
      return;
    case 3:
      for (let index = 0; index < bytesPerPixel && index < length; index++) row[index]! += above[index]! >> 1;
      for (let index = bytesPerPixel; index < length; index++) {
        row[index]! += (row[index - bytesPerPixel]! + above[index]!) >> 1;
      }
      return;
    case 4:
      for (let index = 0; index < bytesPerPixel && index < length; index++) row[index]! += above[index]!;
      for (let index = bytesPerPixel; index < length; index++) {
        row[index]! += paeth(row[index - bytesPerPixel]!, above[index]!, above[index - bytesPerPixel]!);
      }
      return;
    default:
      throw new RangeError(`there is no filter ${filter}`);
  }
}

function paeth(left: number, up: number, upLeft: number): number {
  const toLeft = Math.abs(up - upLeft);
  const toUp = Math.abs(left - upLeft);
  const toUpLeft = Math.abs(left + up - 2 * upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}
