import { expect, test } from "vitest";
import { crc32c, maskedCrc32c } from "./crc32c.ts";

const ascending = Uint8Array.from({ length: 32 }, (_, index) => index);

// RFC 3720, appendix B.4; its tables list the bytes of each sum lowest first.
test.each([
  ["32 zeros", new Uint8Array(32), 0x8a9136aa],
  ["32 bytes of ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ["32 ascending bytes", ascending, 0x46dd794e],
  ["32 descending bytes", ascending.toReversed(), 0x113fdb5c],
  [
    "an iSCSI SCSI Read (10) command",
    Buffer.from(
      `01c00000 00000000 00000000 00000000 14000000 00000400
       00000014 00000018 28000000 00000000 02000000 00000000`.replaceAll(/\s/g, ""),
      "hex",
    ),
    0xd9963a56,
  ],
])("the sum of %s is the RFC's", (_, bytes, sum) => {
  expect(crc32c(bytes)).toBe(sum);
});

test("a mask is undone by taking the offset away and rotating back", () => {
  for (let length = 0; length < 40; length++) {
    const bytes = ascending.subarray(0, length);
    const rotated = (maskedCrc32c(bytes) - 0xa282ead8) >>> 0;
    expect(((rotated >>> 17) | (rotated << 15)) >>> 0).toBe(crc32c(bytes));
  }
});
