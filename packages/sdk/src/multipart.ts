/** One part of a form. */
export interface Part {
  readonly name: string;
  /** Typed. */
  readonly content: Blob;
}

/**
 * A form as one Blob (multipart/form-data, RFC 7578), so that it can be sent again and its upload counted like an image's.
 *
 * @param boundary random lower case letters and digits, which no content holds but by the rarest chance
 */
export function multipart(boundary: string, parts: readonly Part[]): Blob {
  const pieces = parts.flatMap(({ name, content }, index) => [
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="${index}"\r\ncontent-type: ${content.type}\r\n\r\n`,
    content,
    "\r\n",
  ]);
  return new Blob([...pieces, `--${boundary}--\r\n`], { type: `multipart/form-data; boundary=${boundary}` });
}
