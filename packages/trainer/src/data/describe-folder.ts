import type { FolderReport, Spread } from "./inspect-folder.ts";

const traitNames: Readonly<Record<keyof FolderReport["traits"], string>> = {
  grey: "greyscale",
  sixteenBit: "16-bit",
  transparent: "with transparency, laid on white",
  cmyk: "CMYK, converted to RGB",
  turned: "turned by EXIF",
};

/** A folder's report as lines of text. */
export function describeFolder(report: FolderReport): string[] {
  const { directory, pictures, width, height, traits, damaged, looksSideBySide, sensibleSizePixels } = report;
  const lines = [
    `${directory}: ${pictures} picture${pictures === 1 ? "" : "s"}`,
    `  ${describeSpread(width)} wide, ${describeSpread(height)} high`,
  ];
  for (const [trait, count] of Object.entries(traits) as [keyof FolderReport["traits"], number][]) {
    if (count > 0) lines.push(`  ${count} ${traitNames[trait]}`);
  }
  if (looksSideBySide)
    lines.push("  all twice as wide as high: pairs side by side, if they show the same twice");
  if (sensibleSizePixels !== undefined) {
    lines.push(`  train with --size ${sensibleSizePixels} or less; more would enlarge many of them`);
  } else if (pictures > 0) {
    lines.push("  small pictures: any --size will enlarge many of them");
  }
  for (const { message } of damaged) lines.push(`  cannot be used: ${message}`);
  return lines;
}

function describeSpread({ smallest, median, largest }: Spread): string {
  return smallest === largest ? `${smallest}` : `${smallest}–${largest} (median ${median})`;
}
