import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Study, studyKeys, studyProtocol, studySchema } from "@unpaired/core/contracts";
import sharp from "sharp";

const SIDE_PIXELS = 16;

/** A study to put into a registry's folder. */
export interface FixtureStudy {
  readonly id: string;
  readonly title?: string;
  readonly methods: readonly string[];
  /** Scenes that counted pairs are drawn from. */
  readonly scenes?: number;
}

/** Puts a study into a registry's folder; its pictures are flat colours. */
export async function publishStudy(
  directory: string,
  { id, title = "Which one is real?", methods, scenes = 44 }: FixtureStudy,
): Promise<Study> {
  let pictures = 0;
  const colours = await Promise.all(
    ["#c33", "#3c3", "#33c", "#cc3"].map((background) => {
      const flat = sharp({ create: { width: SIDE_PIXELS, height: SIDE_PIXELS, channels: 3, background } });
      return flat.webp({ lossless: true }).toBuffer();
    }),
  );
  const write = async (key: string, bytes: Uint8Array | string) => {
    const path = join(directory, key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  };
  const picture = async () => {
    const number = pictures++;
    const name = createHash("md5").update(`${id}/${number}`).digest("hex");
    await write(studyKeys.picture(id, name), colours[number % colours.length]!);
    return name;
  };
  const study: Study = {
    schemaVersion: 1,
    id,
    title,
    createdAt: "2026-11-01T12:00:00Z",
    picture: { width: SIDE_PIXELS, height: SIDE_PIXELS },
    methods: [...methods],
    practice: [],
    scenes: [],
  };
  for (let index = 0; index < studyProtocol.practicePairs; index++) {
    const method = methods[index % methods.length]!;
    study.practice.push({ real: await picture(), fake: await picture(), method });
  }
  for (let index = 0; index < scenes; index++) {
    const fakes: Record<string, string> = {};
    for (const method of methods) fakes[method] = await picture();
    study.scenes.push({ real: await picture(), fakes });
  }
  await write(studyKeys.study(id), JSON.stringify(studySchema.parse(study)));
  return study;
}

/** All pictures of a study that are real. */
export function realPictures({ practice, scenes }: Study): Set<string> {
  return new Set([...practice, ...scenes].map(({ real }) => real));
}
