/** Shorter values are no secrets, and would be found in every sentence. */
const leastSecretLength = 4;

/** Notes the values of headers that carry credentials, without their scheme (`Bearer …`). */
export function noteSecrets(headers: Headers, secrets: Set<string>): void {
  headers.forEach((value, name) => {
    if (name === "idempotency-key" || !/auth|cookie|key|secret|token/.test(name)) return;
    const secret = value.replace(/^\w+ /, "");
    if (secret.length >= leastSecretLength) secrets.add(secret);
  });
}

/** Takes secrets out of text that came from elsewhere. */
export function redact(text: string, secrets: Iterable<string>): string {
  let clean = text;
  for (const secret of secrets) clean = clean.replaceAll(secret, "[secret]");
  return clean;
}
