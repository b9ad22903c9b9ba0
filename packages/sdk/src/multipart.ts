/** One part of a form. */
export interface Part {
  readonly name: string;
  /** What a form calls a file without a name is `blob`. */
  readonly fileName?: string | undefined;
  /** Typed. */
  readonly content: Blob;
}

/**
 * A form as one Blob (multipart/form-data, RFC 7578), so that it can be sent again and its upload counted like an image's.
 *
 * @param boundary random letters and digits, which no content holds but by the rarest chance
 * @returns the Blob without a type of its own: workerd warns of a form whose type is given twice
 */
export function multipart(
  boundary: string,
  parts: readonly Part[],
): { readonly body: Blob; readonly contentType: string } {
  const pieces = parts.flatMap(({ name, fileName = "blob", content }) => [
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="${escapeName(fileName)}"\r\ncontent-type: ${content.type}\r\n\r\n`,
    content,
    "\r\n",
  ]);
  return {
    body: new Blob([...pieces, `--${boundary}--\r\n`]),
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}

/** As browsers write the names of files in forms (WHATWG HTML, multipart/form-data encoding algorithm). */
function escapeName(name: string): string {
  return name.replaceAll("\n", "%0A").replaceAll("\r", "%0D").replaceAll('"', "%22");
}
