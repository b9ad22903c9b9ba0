import { expect, it } from "vitest";
import { clientAddress } from "./client-address.ts";

it.each([
  ["192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8:0001:0002::1", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:db8:0:0:ffff::", "2001:db8:0:0::/64"],
  ["2001:db8:1::", "2001:db8:1:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["::", "0:0:0:0::/64"],
])("counts %s as %s", (address, counted) => {
  expect(clientAddress(new Headers({ "cf-connecting-ip": address }))).toBe(counted);
});

it("knows no address where Cloudflare names none, whatever else a caller claims", () => {
  expect(clientAddress(new Headers({ "x-forwarded-for": "192.0.2.7" }))).toBeUndefined();
});
