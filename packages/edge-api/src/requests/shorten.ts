/** A caller's text, short enough to be quoted in an answer. */
export function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
