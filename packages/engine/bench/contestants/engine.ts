import { createSession } from "../../src/index.ts";
import type { EngineBinaries } from "../../src/runtime/build.ts";
import type { Arithmetic } from "../../src/session-types.ts";
import type { Contestant } from "./contestant.ts";

/** The engine, in the arithmetic it takes by itself or in the one asked for. */
export function engineContestant(
  binaries: EngineBinaries,
  settings: { readonly arithmetic?: Arithmetic } = {},
): Contestant {
  return {
    async load({ graphModel }, image) {
      const session = await createSession(graphModel, { binaries, ...settings });
      return {
        run: () => session.run(image),
        output: () => session.run(image),
        get memoryBytes() {
          return session.memoryBytes;
        },
      };
    },
  };
}
