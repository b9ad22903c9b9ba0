export { runCommandLine } from "./command-line.ts";
export type { Entrant } from "./hosts/entrant.ts";
export { enterWorkerd } from "./hosts/workerd/enter.ts";
export { randomModel } from "./models.ts";
export { readPicture } from "./picture.ts";
export { createProgress, type Progress } from "./progress.ts";
export { type Racer, race, warmUp } from "./race.ts";
export { summarise, type Timing, timesAsLong } from "./statistics.ts";
export { writeModelFiles } from "./write-model-files.ts";
