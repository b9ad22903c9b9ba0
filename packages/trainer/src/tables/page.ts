import sharp from "sharp";
import type { Picture } from "../data/index.ts";
import { escapeHtml } from "../report/html/escape.ts";
import { style } from "../report/html/style.ts";
import type { Gallery } from "./gallery.ts";
import { definitionOf, type ResultTable, type TableResult } from "./result.ts";
import { settingSentence } from "./settings-text.ts";
import { captionOf, orderSentence, textTable } from "./table-text.ts";

const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

const own = `
.intro { max-width: 46rem; margin-top: 1rem; color: var(--soft); font-size: .9375rem; text-wrap: pretty; }
main > * { margin-top: 3rem; }
main > :first-child { margin-top: 0; }
.sheet { margin-top: .875rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--surface); box-shadow: var(--shadow); overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .4375rem .75rem; text-align: right; white-space: nowrap; font-weight: 400; }
thead th { color: var(--soft); font-size: .8125rem; }
thead tr:first-child th { padding-bottom: 0; color: var(--ink); font-weight: 560; text-align: center; }
tbody tr:first-child > * { border-top: 1px solid var(--line); }
tbody tr + tr > * { border-top: 1px solid color-mix(in srgb, var(--line) 55%, transparent); }
th:first-child { position: sticky; left: 0; z-index: 1; padding-left: 1.125rem; background: var(--surface); text-align: left; }
.first { border-left: 1px solid var(--line); }
tr.baseline > * { color: var(--soft); font-style: italic; }
tr.subject th { font-weight: 600; }
.lead { font-weight: 620; }
.gallery { margin-top: .875rem; display: grid; gap: .375rem .5rem; align-items: center; grid-template-columns: minmax(6.5rem, 11rem) repeat(var(--columns), minmax(3.25rem, 8.5rem)); }
.gallery .name { font-size: .875rem; line-height: 1.3; }
.gallery .fixed { color: var(--soft); font-style: italic; }
.gallery img { display: block; width: 100%; height: auto; border-radius: .375rem; image-rendering: pixelated; }
.order { margin-top: .625rem; color: var(--soft); font-size: .8125rem; }
.pair { display: grid; gap: 3rem; }
@media (min-width: 80rem) { .pair { grid-template-columns: 1fr 1fr; gap: 2rem; } .gallery { grid-template-columns: minmax(6.5rem, max-content) repeat(var(--columns), minmax(3.25rem, 1fr)); } }
@media (max-width: 40rem) {
  th, td { padding-inline: .5rem; font-size: .8125rem; }
  th:first-child { padding-left: .75rem; max-width: 8.5rem; white-space: normal; line-height: 1.25; }
  .gallery { gap: .25rem; grid-template-columns: minmax(4.75rem, 6rem) repeat(var(--columns), 1fr); }
  .gallery .name { font-size: .75rem; }
}
`;

/** A table's result as one HTML document that needs nothing else and runs no script. */
export async function tablePage(result: TableResult, galleries: readonly Gallery[]): Promise<string> {
  const { setting } = result;
  const domains = setting.domains as { readonly A: string; readonly B: string };
  const title = `Methods compared: ${setting.recipe}`;
  const limits = result.tables.filter(isAboutLimits);
  const main = result.tables.filter((table) => !isAboutLimits(table));
  const sections = await Promise.all(galleries.map((gallery) => galleryOf(gallery, domains)));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)} · Unpaired</title>
<style>${style}${own}</style>
</head>
<body>
<header class="head">
<div class="title">
<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><circle class="from" cx="12" cy="16" r="9"/><circle class="to" cx="20" cy="16" r="9"/></svg>
<div><h1>${escapeHtml(title)}</h1>
<p class="domains"><span class="warm">${escapeHtml(domains.A)}</span> <span class="cool">${escapeHtml(domains.B)}</span></p></div>
</div>
<p class="intro">${escapeHtml(settingSentence(result))}</p>
</header>
<main>
${main.map(tableSection).join("\n")}
<div class="pair">${sections.join("\n")}</div>
${limits.map(tableSection).join("\n")}
</main>
</body>
</html>
`;
}

const isAboutLimits = ({ figures }: ResultTable) => figures.includes("shapeChange");

function tableSection(table: ResultTable): string {
  const { groups, figures, rows } = textTable(table);
  const leaders = leadersOf(table);
  const order = orderSentence(table);
  const span = figures.length;
  const edge = (index: number) => (index % span === 0 ? ' class="first"' : "");
  const body = rows.map(({ name, title, cells }, row) => {
    const kind =
      name === "untranslated" || name === "real" ? "baseline" : name === "cyclegan" ? "subject" : "";
    const columns = cells.map((text, index) => {
      const figure = index % span;
      const lead = groups[Math.floor(index / span)] === "last" && leaders[figure] === row;
      const classes = [...(figure === 0 ? ["first"] : []), ...(lead ? ["lead"] : [])].join(" ");
      return `<td${classes ? ` class="${classes}"` : ""}>${escapeHtml(text)}</td>`;
    });
    return `<tr${kind && ` class="${kind}"`}><th scope="row">${escapeHtml(title)}</th>${columns.join("")}</tr>`;
  });
  return `<section><h2>${escapeHtml(captionOf(table))}</h2>
<div class="sheet" tabindex="0" role="region" aria-label="${escapeHtml(captionOf(table))}"><table>
<thead><tr><th></th>${groups.map((group) => `<th class="first" scope="colgroup" colspan="${span}">${group}</th>`).join("")}</tr>
<tr><th scope="col">method</th>${groups.flatMap(() => figures.map((figure, index) => `<th scope="col"${edge(index)}>${escapeHtml(figure)}</th>`)).join("")}</tr></thead>
<tbody>${body.join("\n")}</tbody></table></div>
${order ? `<p class="order">${escapeHtml(order)}</p>` : ""}</section>`;
}

/** The row with the best last figure per column, baselines aside; none where no end is better. */
function leadersOf({ figures, rows }: ResultTable): (number | undefined)[] {
  return figures.map((figure, column) => {
    const { better } = definitionOf(figure);
    if (better === undefined) return undefined;
    let leader: number | undefined;
    let most = Number.NEGATIVE_INFINITY;
    for (const [index, { name, last }] of rows.entries()) {
      const mean = last?.[column]?.mean;
      if (typeof mean !== "number" || name === "untranslated" || name === "real") continue;
      const value = better === "higher" ? mean : -mean;
      if (value <= most) continue;
      most = value;
      leader = index;
    }
    return leader;
  });
}

async function galleryOf(
  { direction, names, rows }: Gallery,
  { A, B }: { readonly A: string; readonly B: string },
): Promise<string> {
  const [from, to] = direction === "a2b" ? [A, B] : [B, A];
  const lines: string[] = [];
  for (const [index, { title, pictures }] of rows.entries()) {
    const fixed = index === 0 || title === "Truth";
    lines.push(`<span class="name${fixed ? " fixed" : ""}">${escapeHtml(title)}</span>`);
    for (const [column, picture] of pictures.entries()) {
      const { width, height } = picture;
      const alt = `${title}, picture ${names[column]}`;
      lines.push(
        `<img src="data:image/webp;base64,${await webpOf(picture)}" width="${width}" height="${height}" alt="${escapeHtml(alt)}">`,
      );
    }
  }
  return `<section><h2>${escapeHtml(from)} → ${escapeHtml(to)}</h2>
<div class="gallery" style="--columns:${names.length}">${lines.join("\n")}</div></section>`;
}

async function webpOf({ data, width, height }: Picture): Promise<string> {
  const webp = await sharp(data, { raw: { width, height, channels: 3 } })
    .webp({ quality: 92 })
    .toBuffer();
  return webp.toString("base64");
}
