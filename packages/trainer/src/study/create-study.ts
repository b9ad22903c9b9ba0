import { randomBytes } from "node:crypto";
import { createRandom } from "@unpaired/core";
import { type Study, studyKeys, studyMethodSchema, studySchema } from "@unpaired/core/contracts";
import { inspectImage } from "../data/decode.ts";
import { listImages } from "../data/list-images.ts";
import { inParallel } from "../publish/in-parallel.ts";
import type { Registry } from "../publish/registry.ts";
import { commonLength, encodePicture } from "./encode-alike.ts";
import { StudyError } from "./errors.ts";
import { padWebp } from "./pad-webp.ts";
import { type PairedPictures, pairPictures } from "./pair-pictures.ts";
import { planStudy } from "./plan-study.ts";

const UPLOADS_AT_ONCE = 8;
const MOST_SCENES = 1_000;
/** They are in memory together until the longest of them is known. */
const MOST_PICTURES = 3_000;
const USUAL_SIDE_PIXELS = 256;

/** Options of {@link createStudy}. */
export interface CreateStudyOptions {
  readonly registry: Registry;
  /** Folder of real pictures. */
  readonly real: string;
  /** Folders of fakes by the name of their method. */
  readonly fakes: ReadonlyMap<string, string>;
  readonly title: string;
  /** Side of the pictures; 256, or what the smallest picture has, when absent. */
  readonly sizePixels?: number | undefined;
  /** Decides what is paired with what and what is practised with; ids are random regardless. */
  readonly seed: number;
  readonly now: () => Date;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
  /** @returns that many random bytes in hexadecimal */
  readonly randomHex?: (bytes: number) => string;
}

/** A study that was made, and how its pictures were paired. */
export interface CreatedStudy {
  readonly study: Study;
  readonly paired: PairedPictures["methods"];
}

/**
 * Makes a study of folders of pictures and puts it into a registry: the pictures first, in random order under random names, then
 * what tells them apart, so that a study is there whole or not at all.
 *
 * @throws StudyError, DataError, RegistryError; the signal's reason when it is aborted
 */
export async function createStudy({
  registry,
  real,
  fakes,
  title,
  sizePixels,
  seed,
  now,
  signal,
  onProgress,
  randomHex = (bytes) => randomBytes(bytes).toString("hex"),
}: CreateStudyOptions): Promise<CreatedStudy> {
  const random = createRandom(seed);
  const methods = [...fakes.keys()];
  checkMethods(methods);
  const reals = await listImages(real);
  const files = new Map<string, string[]>();
  for (const [name, folder] of fakes) files.set(name, await listImages(folder));
  const chosen = random
    .permutation(reals.length)
    .slice(0, Math.min(MOST_SCENES, Math.floor(MOST_PICTURES / (methods.length + 1))))
    .map((index) => reals[index]!)
    .sort();
  const { scenes: paired, methods: facts } = pairPictures(chosen, files, random);
  const { practice, scenes } = planStudy(paired, methods, random);

  const used = [
    ...practice.flatMap((pair) => [pair.real, pair.fake]),
    ...scenes.flatMap((scene) => [scene.real, ...scene.fakes.values()]),
  ];
  const side = await sideOf(used, sizePixels);
  const size = { width: side, height: side };
  const total = used.length * 2;
  let done = 0;
  const step = <Result>(result: Result): Result => {
    onProgress?.({ done: ++done, total });
    return result;
  };
  const shuffled = random.permutation(used.length).map((index) => used[index]!);
  const encoded = await inParallel(2, shuffled, async (file) => {
    signal?.throwIfAborted();
    return step(await encodePicture(file, size));
  });
  const length = commonLength(encoded);

  const id = randomHex(12);
  const names = new Map(shuffled.map((file) => [file, randomHex(16)]));
  const nameOf = (file: string) => names.get(file)!;
  const study = parse({
    schemaVersion: 1,
    id,
    title,
    createdAt: now().toISOString(),
    picture: size,
    methods,
    practice: practice.map((pair) => ({ ...pair, real: nameOf(pair.real), fake: nameOf(pair.fake) })),
    scenes: scenes.map((scene) => ({
      real: nameOf(scene.real),
      fakes: Object.fromEntries([...scene.fakes].map(([name, file]) => [name, nameOf(file)])),
    })),
  });
  await inParallel(UPLOADS_AT_ONCE, [...shuffled.keys()], async (index) => {
    signal?.throwIfAborted();
    await putNew(
      registry,
      studyKeys.picture(id, nameOf(shuffled[index]!)),
      padWebp(encoded[index]!, { ...size, length }),
    );
    step(undefined);
  });
  signal?.throwIfAborted();
  const text = new TextEncoder().encode(`${JSON.stringify(study)}\n`);
  await putNew(registry, studyKeys.study(id), text);
  return { study, paired: facts };
}

function checkMethods(methods: readonly string[]): void {
  for (const name of methods) {
    const { error } = studyMethodSchema.safeParse(name);
    if (error) throw new StudyError("invalid_study", `"${name}": ${error.issues[0]!.message}.`);
  }
}

async function sideOf(files: readonly string[], asked: number | undefined): Promise<number> {
  let side = asked ?? USUAL_SIDE_PIXELS;
  for (const file of files) {
    const { width, height } = await inspectImage(file);
    const shorter = Math.min(width, height);
    if (shorter >= side) continue;
    // Enlarged pictures are blurred, and blur would tell.
    if (asked !== undefined) {
      throw new StudyError(
        "invalid_study",
        `${file} is ${width}×${height} pixels and would have to be enlarged to ${asked}; give --size ${shorter} or less.`,
      );
    }
    side = shorter;
  }
  return side;
}

function parse(value: unknown): Study {
  const { data, error } = studySchema.safeParse(value);
  if (data) return data;
  const { path, message } = error.issues[0]!;
  throw new StudyError("invalid_study", `The study cannot be made, ${path.join(".")}: ${message}.`, error);
}

async function putNew(registry: Registry, key: string, bytes: Uint8Array): Promise<void> {
  if (await registry.putNew(key, bytes)) return;
  throw new StudyError("study_exists", `${registry.name} has a ${key} already; run the command again.`);
}
