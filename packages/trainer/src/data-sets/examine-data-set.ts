import { basename } from "node:path";
import { type FolderReport, inspectFolder } from "../data/inspect-folder.ts";
import { listImages } from "../data/list-images.ts";
import { type DataFolder, findLayout, type Layout } from "./find-layout.ts";
import { type Fingerprint, fingerprint, showsSame } from "./fingerprint.ts";

/** Something about a data set its owner should know. */
export interface Finding {
  readonly kind:
    | "damaged"
    | "duplicate"
    | "leak"
    | "both domains"
    | "too few"
    | "unequal"
    | "colourless"
    | "small"
    | "not pairs";
  /** One sentence that names what was found and what to do about it. */
  readonly message: string;
  /** Files to leave out, where leaving out cures it. */
  readonly leaveOut: readonly string[];
}

/** What is known of a data set once every picture was read. */
export interface Examination {
  readonly layout: Layout;
  readonly folders: readonly (DataFolder & { readonly report: FolderReport })[];
  readonly findings: readonly Finding[];
}

export interface ExamineOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
}

/** Below this many pictures to learn from, results are a matter of luck. */
const FEW_PICTURES = 100;
/** Beyond this ratio of sizes, the smaller domain is seen many times as often. */
const UNEQUAL_RATIO = 10;
const SMALL_SIDE_PIXELS = 64;
const NAMES_SHOWN = 3;

interface Known {
  readonly folder: DataFolder;
  readonly print: Fingerprint;
}

/**
 * Reads every picture of a data set and says what is wrong with it: pictures there twice, pictures to test with among
 * those to learn from, pictures of both domains, damage, and domains too small to learn.
 *
 * @throws DataError where the folder is no data set
 */
export async function examineDataSet(
  directory: string,
  { signal, onProgress }: ExamineOptions = {},
): Promise<Examination> {
  const layout = await findLayout(directory);
  const listed = await Promise.all(layout.folders.map((folder) => listImages(folder.directory)));
  const total = listed.flat().length;
  // Every picture is read twice: whole, and for what it shows.
  let readings = 0;
  const folders: (DataFolder & { report: FolderReport })[] = [];
  const known: Known[] = [];
  for (const [index, folder] of layout.folders.entries()) {
    const report = await inspectFolder(folder.directory, {
      ...(signal && { signal }),
      onProgress: ({ done }) => onProgress?.({ done: Math.floor((readings + done) / 2), total }),
    });
    const files = listed[index]!;
    readings += files.length;
    const damaged = new Set(
      report.damaged.map(({ message }) => files.find((file) => message.includes(file))),
    );
    for (const file of files) {
      signal?.throwIfAborted();
      if (!damaged.has(file)) known.push({ folder, print: await fingerprint(file) });
      onProgress?.({ done: Math.floor(++readings / 2), total });
    }
    folders.push({ ...folder, report });
  }
  return {
    layout,
    folders,
    findings: [...damage(folders, listed), ...repeated(known), ...traits(folders, known)],
  };
}

function damage(
  folders: readonly { readonly report: FolderReport }[],
  listed: readonly (readonly string[])[],
): Finding[] {
  return folders.flatMap(({ report }, index) =>
    report.damaged.map(({ message }) => ({
      kind: "damaged" as const,
      message,
      leaveOut: listed[index]!.filter((file) => message.includes(file)),
    })),
  );
}

/** Pictures that are there more than once, by what that spoils. */
function repeated(known: readonly Known[]): Finding[] {
  const kept: Known[] = [];
  const copies: Record<"duplicate" | "leak" | "both domains", [copy: Known, original: Known][]> = {
    duplicate: [],
    leak: [],
    "both domains": [],
  };
  // What is tested with is kept, and what would be learnt from leaves.
  const order = known.toSorted(
    (one, other) => Number(one.folder.split === "train") - Number(other.folder.split === "train"),
  );
  for (const one of order) {
    const twin = kept.find(({ print }) => showsSame(print, one.print));
    if (!twin) kept.push(one);
    else if (twin.folder.domain !== one.folder.domain) {
      copies["both domains"].push([one, twin]);
      kept.push(one);
    } else copies[twin.folder.split === one.folder.split ? "duplicate" : "leak"].push([one, twin]);
  }
  const say = {
    duplicate: "there twice or nearly so, and would count double",
    leak: "both to learn from and to test with, which makes tests look better than the model is",
    "both domains": "in A as well as in B, where nothing is to be translated",
  };
  return (["leak", "duplicate", "both domains"] as const)
    .filter((kind) => copies[kind].length > 0)
    .map((kind) => ({
      kind,
      message: `${count(copies[kind].length, "picture is", "pictures are")} ${say[kind]}: ${names(copies[kind].map(([copy, original]) => `${nameIn(copy)} = ${nameIn(original)}`))}.`,
      leaveOut: kind === "both domains" ? [] : copies[kind].map(([{ print }]) => print.path),
    }));
}

function traits(
  folders: readonly (DataFolder & { readonly report: FolderReport })[],
  known: readonly Known[],
): Finding[] {
  const findings: Finding[] = [];
  const add = (kind: Finding["kind"], message: string) => findings.push({ kind, message, leaveOut: [] });
  const training = folders.filter(({ split }) => split === "train");
  for (const { domain, directory, report } of folders) {
    const name = basename(directory);
    if (domain === "pairs" && !report.looksSideBySide) {
      add(
        "not pairs",
        `${name} holds pictures that are not twice as wide as high; pairs have A on the left half and B on the right one.`,
      );
    }
    if (report.pictures > 0 && report.height.smallest < SMALL_SIDE_PIXELS) {
      add(
        "small",
        `${name} holds pictures only ${report.height.smallest} pixels high; they would be enlarged and teach blur.`,
      );
    }
    const own = known.filter(({ folder }) => folder.directory === directory);
    const colourless = own.filter(({ print }) => print.isColourless);
    if (colourless.length > 0 && colourless.length < own.length) {
      add(
        "colourless",
        `${count(colourless.length, "picture", "pictures")} of ${name} without colour among ${own.length} (${names(colourless.map(nameIn))}); a generator learns to wash out colours from them.`,
      );
    }
  }
  for (const { domain, directory, report } of training) {
    if (report.pictures < FEW_PICTURES) {
      add(
        "too few",
        `${basename(directory)} holds ${count(report.pictures, "picture", "pictures")} to learn from; with fewer than ${FEW_PICTURES} a discriminator learns them by heart.`,
      );
    }
    if (domain === "A" && !training.some((other) => other.domain === "B")) {
      add("too few", `There are no pictures of B to learn from; put them into trainB.`);
    }
  }
  const sizes = training.map(({ report }) => report.pictures);
  if (sizes.length === 2 && Math.max(...sizes) > UNEQUAL_RATIO * Math.min(...sizes)) {
    add(
      "unequal",
      `One domain has ${Math.max(...sizes)} pictures and the other ${Math.min(...sizes)}; the smaller one will be seen ${Math.round(Math.max(...sizes) / Math.max(1, Math.min(...sizes)))} times as often.`,
    );
  }
  return findings;
}

function nameIn({ print, folder }: Known): string {
  return `${basename(folder.directory)}/${basename(print.path)}`;
}

function names(list: readonly string[]): string {
  const shown = list.slice(0, NAMES_SHOWN).join(", ");
  return list.length > NAMES_SHOWN ? `${shown} and ${list.length - NAMES_SHOWN} more` : shown;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
