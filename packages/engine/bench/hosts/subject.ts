import type { ImageTensor } from "../../src/session-types.ts";
import type { BenchmarkFiles, Contestant, LoadedModel } from "../contestants/contestant.ts";

/** One contestant with one model, in the process or isolate that is measured. */
export interface Subject {
  /** Starts the contestant, loads the model and runs it once: milliseconds from published bytes to the first output. */
  start(): Promise<number>;
  /** Milliseconds of one run. */
  run(): Promise<number>;
  /** The first run's output, given away once; after that, another run's. */
  output(): Promise<ImageTensor>;
  /** Bytes of WebAssembly memory the contestant says it holds; 0 where it does not tell. */
  readonly memoryBytes: number;
}

/** What a {@link Subject} is made of. */
export interface SubjectOptions {
  readonly readFiles: () => Promise<BenchmarkFiles>;
  readonly image: ImageTensor;
  readonly startContestant: () => Promise<Contestant>;
}

/** Times a contestant where it runs, so that neither a pipe nor a request is part of the figure. */
export function createSubject({ readFiles, image, startContestant }: SubjectOptions): Subject {
  let loaded: LoadedModel | undefined;
  let first: ImageTensor | undefined;
  const model = () => {
    if (!loaded) throw new Error("The contestant was not started.");
    return loaded;
  };
  return {
    async start() {
      const files = await readFiles();
      return timed(async () => {
        const contestant = await startContestant();
        loaded = await contestant.load(files, image);
        first = await loaded.output();
      });
    },
    run: () => timed(() => model().run()),
    async output() {
      const output = first ?? (await model().output());
      first = undefined;
      return output;
    },
    get memoryBytes() {
      return loaded?.memoryBytes ?? 0;
    },
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}
