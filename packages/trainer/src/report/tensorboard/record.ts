import { maskedCrc32c } from "./crc32c.ts";

/**
 * One TFRecord: length, its checksum, the data, the data's checksum.
 *
 * Source: tensorflow.org "TFRecord and tf.train.Example", TFRecords format details.
 */
export function frameRecord(data: Uint8Array): Uint8Array {
  const framed = new Uint8Array(12 + data.length + 4);
  const view = new DataView(framed.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(framed.subarray(0, 8)), true);
  framed.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return framed;
}
