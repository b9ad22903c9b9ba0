// Castagnoli's polynomial 0x1EDC6F41, bits reversed.
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1;
  return rest;
});

/**
 * CRC-32C of bytes, as an unsigned 32-bit number.
 *
 * Source: RFC 3720, appendix B.4 (test vectors); RFC 9260, appendix A (the table form).
 */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/**
 * The CRC-32C as TFRecord files store it: rotated and offset, so that a checksum over checksums stays sound.
 *
 * Source: tensorflow.org "TFRecord and tf.train.Example", TFRecords format details.
 */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
