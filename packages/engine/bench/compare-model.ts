import { type ContestantName, contestantNames } from "./contestants/contestant.ts";
import type { Enter, Entrant } from "./hosts/entrant.ts";
import { race } from "./race.ts";
import type { Figures } from "./results.ts";
import type { Schedule } from "./schedule.ts";
import { deviation, summarise } from "./statistics.ts";

/** Options of {@link compareModel}. */
export interface CompareModelOptions {
  readonly enter: Enter;
  /** Where `writeModelFiles` wrote the model. */
  readonly folder: string;
  /** What the model should make of the picture. */
  readonly expected: Float32Array;
  readonly planned: Schedule;
  /** Told before what takes long, and about how long. */
  readonly onStage?: (label: string, seconds: number) => void;
  /** Told after every run. */
  readonly onRun?: (contestant: ContestantName) => void;
}

/** Races all contestants on one model in one runtime; whoever cannot run gets a reason instead of figures. */
export async function compareModel(options: CompareModelOptions): Promise<{
  figures: Map<ContestantName, Figures>;
  failures: Map<ContestantName, string>;
}> {
  const { enter, folder, expected, planned, onStage = () => {}, onRun = () => {} } = options;
  const entered: { name: ContestantName; entrant: Entrant; coldMs: number }[] = [];
  const figures = new Map<ContestantName, Figures>();
  const failures = new Map<ContestantName, string>();
  try {
    for (const name of contestantNames) {
      onStage(`${name} starts`, planned.startSeconds(name));
      let entrant: Entrant | undefined;
      try {
        entrant = await enter(name, folder);
        const coldMs = [await entrant.start()];
        onRun(name);
        for (let start = 1; name === "engine" && start < planned.coldStarts; start++) {
          coldMs.push(await startAfresh(name, options));
          onRun(name);
        }
        entered.push({ name, entrant, coldMs: summarise(coldMs).medianMs });
      } catch (error) {
        failures.set(name, error instanceof Error ? error.message : String(error));
        await entrant?.close();
      }
    }
    onStage(`${entered.map(({ name }) => name).join(", ")} take turns`, planned.raceSeconds);
    const racers = entered.map(({ name, entrant }) => ({
      run: () => entrant.run().finally(() => onRun(name)),
    }));
    const timings = await race(racers, planned);
    for (const [index, { name, entrant, coldMs }] of entered.entries()) {
      const { data } = await entrant.output();
      figures.set(name, {
        timing: timings[index]!,
        coldMs,
        deviation: deviation(data, expected),
        ...(name === "engine" && { memory: await entrant.memory() }),
      });
    }
    return { figures, failures };
  } finally {
    await Promise.all(entered.map(({ entrant }) => entrant.close()));
  }
}

async function startAfresh(name: ContestantName, { enter, folder }: CompareModelOptions): Promise<number> {
  const entrant = await enter(name, folder);
  try {
    return await entrant.start();
  } finally {
    await entrant.close();
  }
}
