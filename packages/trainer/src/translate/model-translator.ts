import { createSession, type ModelFiles } from "@unpaired/engine";
import { readEngineBinaries } from "@unpaired/engine/node";
import type { Translator } from "./run-translator.ts";

/** Translates with a graph model's files in the engine, as the edge does. */
export async function createModelTranslator(files: ModelFiles): Promise<Translator> {
  const session = await createSession(files, { binaries: await readEngineBinaries() });
  return { translate: (image) => session.run(image), dispose: () => session.dispose() };
}
