/** Bytes turned at a time: a multiple of three, so that padding comes last, and no more than a call takes arguments. */
const SLICE_BYTES = 3 * 0x2000;

/** Standard base64 with padding (RFC 4648 §4), a slice at a time. */
export function* base64Slices(bytes: Uint8Array): Generator<string> {
  for (let start = 0; start < bytes.length; start += SLICE_BYTES) {
    yield btoa(String.fromCharCode(...bytes.subarray(start, start + SLICE_BYTES)));
  }
}
