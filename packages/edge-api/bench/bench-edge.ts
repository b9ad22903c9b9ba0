import { createRandom } from "@unpaired/core";
import { createProgress, type Progress, race, type Timing, timesAsLong } from "@unpaired/engine/bench";
import { residentBytes } from "../test/child-processes.ts";
import { type DirectWorkerd, startDirectWorkerd } from "../test/direct-workerd.ts";
import type { EdgeBenchOptions } from "./options.ts";
import { type Answered, createPoster, type Poster } from "./post.ts";
import { type SoakResult, soak } from "./soak.ts";
import { MODEL_ID, prepareSubjects, type Subjects } from "./subjects.ts";
import { measureThroughput, type Throughput } from "./throughput.ts";

const CONCURRENCIES = [1, 2, 4] as const;
const THROUGHPUT_SECONDS = 6;
const WARM_UP_MS = 2_000;
const COLLECT_EVERY_SECONDS = 5;

/** Everything that was measured; times in milliseconds. */
export interface EdgeResults {
  readonly picture: string;
  /** First answer of fresh isolates, from a listening process on. */
  readonly coldMs: readonly number[];
  readonly requests: Timing;
  /** onnxruntime-web's inference alone, by the clock inside its isolate. */
  readonly onnxruntime: Timing;
  /** Whole request over bare inference: median over the rounds. */
  readonly ratioToOnnxruntime: number;
  /** What the service says of every request of the race. */
  readonly timings: readonly Answered["timings"][];
  readonly throughputs: readonly Throughput[];
  readonly heldBytes: number;
  readonly peakBytes: number;
  readonly residentBytes: number | undefined;
  readonly soak: SoakResult | undefined;
  readonly soakPerSecond: number | undefined;
}

/** Measures the service over a socket of its own, in turns with onnxruntime-web. */
export async function benchEdge(options: EdgeBenchOptions): Promise<EdgeResults> {
  const { rounds, minutes, coldStarts } = options;
  const plan = {
    prepare: 12,
    cold: 1.5 * coldStarts,
    race: 10 + 0.3 * rounds,
    throughput: THROUGHPUT_SECONDS * CONCURRENCIES.length,
    soak: 60 * minutes,
  };
  const progress = createProgress({ seconds: Object.values(plan).reduce((sum, seconds) => sum + seconds) });
  const closing: (() => Promise<void> | void)[] = [() => progress.clear()];
  try {
    progress.stage("publishing, bundling, starting onnxruntime-web", plan.prepare);
    const subjects = await prepareSubjects();
    closing.unshift(subjects.close);
    progress.stage("fresh isolates", plan.cold);
    const coldMs: number[] = [];
    for (let start = 0; start < coldStarts; start++) {
      coldMs.push(await firstAnswer(subjects));
      progress.advance(plan.cold / coldStarts);
    }
    const service = await startDirectWorkerd(subjects.bundle, subjects.registryDirectory);
    const poster = posterTo(service, subjects);
    closing.unshift(poster.close, service.close);
    progress.stage("requests and onnxruntime-web take turns", plan.race);
    const raced = await raceRequests(poster, subjects, rounds);
    progress.stage("throughput", plan.throughput);
    const throughputs: Throughput[] = [];
    for (const concurrency of CONCURRENCIES) {
      throughputs.push(await measureThroughput(poster.post, { concurrency, seconds: THROUGHPUT_SECONDS }));
      progress.advance(THROUGHPUT_SECONDS);
    }
    const capacity = Math.max(...throughputs.map(({ perSecond }) => perSecond));
    const soaked =
      minutes > 0 ? await soakService(service, poster, { capacity, minutes, progress }) : undefined;
    return {
      picture: subjects.pictureName,
      coldMs,
      ...raced,
      throughputs,
      ...(await service.isolateMemory()),
      residentBytes: await residentBytes(service.processId),
      soak: soaked,
      soakPerSecond: soaked && 2 * capacity,
    };
  } finally {
    for (const close of closing) await close();
  }
}

function posterTo(service: DirectWorkerd, { jpeg }: Subjects): Poster {
  return createPoster({ url: `${service.url}/translate?model=${MODEL_ID}&format=jpeg`, body: jpeg });
}

async function firstAnswer(subjects: Subjects): Promise<number> {
  const service = await startDirectWorkerd(subjects.bundle, subjects.registryDirectory);
  const poster = posterTo(service, subjects);
  try {
    return ensured(await poster.post()).ms;
  } finally {
    poster.close();
    await service.close();
  }
}

async function raceRequests(poster: Poster, { onnxruntime }: Subjects, rounds: number) {
  const timings: Answered["timings"][] = [];
  const service = {
    async run() {
      const answered = ensured(await poster.post());
      timings.push(answered.timings);
      return answered.ms;
    },
  };
  const [requests, bare] = await race([service, onnxruntime], { rounds, warmUpMs: WARM_UP_MS });
  return {
    requests: requests!,
    onnxruntime: bare!,
    ratioToOnnxruntime: timesAsLong(requests!, bare!),
    timings: timings.slice(-rounds),
  };
}

function soakService(
  service: DirectWorkerd,
  { post }: Poster,
  { capacity, minutes, progress }: { capacity: number; minutes: number; progress: Progress },
): Promise<SoakResult> {
  progress.stage(`${minutes} minutes at ${(2 * capacity).toFixed(0)} requests a second`, 60 * minutes);
  let shown = 0;
  let looks = 0;
  return soak({
    post,
    perSecond: 2 * capacity,
    seconds: 60 * minutes,
    random: createRandom(1),
    async residentBytes() {
      // Has garbage collected, too: a Worker of one line grows by 5 kB a request without.
      if (looks++ % COLLECT_EVERY_SECONDS === 0) await service.isolateMemory();
      return residentBytes(service.processId);
    },
    onSecond(done) {
      progress.advance(done - shown);
      shown = done;
    },
  });
}

function ensured(answered: Answered): Answered {
  if (answered.status === 200) return answered;
  throw new Error(`The service answers ${answered.status}: ${answered.bytes.toString()}`);
}
