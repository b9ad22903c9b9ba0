/**
 * What callers without a key are counted by: the address Cloudflare saw. One subscriber holds a whole IPv6 /64, so of
 * an IPv6 address only the first four groups count.
 *
 * @returns undefined where no address is known
 */
export function clientAddress(headers: Headers): string | undefined {
  const address = headers.get("cf-connecting-ip")?.trim();
  if (!address) return undefined;
  return address.includes(":") ? networkOf(address.toLowerCase()) : address;
}

function networkOf(address: string): string {
  const [head = "", tail] = address.split("::");
  const groups = head.split(":");
  if (tail !== undefined) {
    const missing = 8 - groups.length - tail.split(":").length;
    groups.push(...Array<string>(Math.max(0, missing)).fill("0"), ...tail.split(":"));
  }
  // "::1" begins with an empty group.
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, "") || "0")
    .join(":")}::/64`;
}
