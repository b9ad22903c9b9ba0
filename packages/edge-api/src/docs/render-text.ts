import { html, raw } from "hono/html";

/** Markup, or what escapes itself on the way into some. */
export type Markup = ReturnType<typeof html> | string;

/** A description's text, with what stands between backticks as code. */
export function renderText(text: string): Markup {
  return html`${text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

/** Text that is part of this program, as it is. */
export const trusted = (text: string): Markup => raw(text);
