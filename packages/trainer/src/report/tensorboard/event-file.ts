import { mkdir, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { type EventImage, imageEvent, scalarsEvent, startEvent, versionEvent } from "./event.ts";
import { frameRecord } from "./record.ts";

/** One event file of a run, open for appending. */
export interface EventFile {
  readonly path: string;
  scalars(step: number, scalars: Readonly<Record<string, number>>): Promise<void>;
  image(step: number, image: EventImage): Promise<void>;
  /** Brings what was appended to the disk itself. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Options of {@link openEventFile}. */
export interface EventFileOptions {
  /** Folder of the run; TensorBoard reads all event files in it as one run. */
  readonly directory: string;
  /** Step this start goes on from; what earlier files say of later steps no longer counts. */
  readonly fromStep: number;
  /** Wall time in milliseconds since 1970. */
  readonly nowMs: () => number;
}

/**
 * Starts a new event file that sorts behind the run's earlier ones.
 *
 * Every append is one write of whole records, so a killed process loses none that was acknowledged; what a failed
 * write left is cut off before the next one.
 */
export async function openEventFile({ directory, fromStep, nowMs }: EventFileOptions): Promise<EventFile> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, await nextName(directory, nowMs()));
  const file = await open(path, "wx");
  let wholeBytes = 0;
  let torn = false;

  const append = async (...events: readonly Uint8Array[]) => {
    const records = Buffer.concat(events.map(frameRecord));
    if (torn) await file.truncate(wholeBytes);
    torn = true;
    let written = 0;
    while (written < records.length) {
      const { bytesWritten } = await file.write(
        records,
        written,
        records.length - written,
        wholeBytes + written,
      );
      written += bytesWritten;
    }
    torn = false;
    wholeBytes += records.length;
  };

  try {
    // Steps after fromStep are done again, so that is where this session starts.
    await append(versionEvent(nowMs()), startEvent({ nowMs: nowMs(), step: fromStep + 1 }));
  } catch (error) {
    await file.close();
    throw error;
  }
  return {
    path,
    scalars: (step, scalars) => append(scalarsEvent({ nowMs: nowMs(), step }, scalars)),
    image: (step, image) => append(imageEvent({ nowMs: nowMs(), step }, image)),
    flush: () => file.sync(),
    close: () => file.close(),
  };
}

/** TensorBoard reads files in the order of their names, whatever the clock did between two starts. */
async function nextName(directory: string, nowMs: number): Promise<string> {
  const taken = (await readdir(directory))
    .map((name) => /^events\.out\.tfevents\.(\d{10})\./.exec(name)?.[1])
    .filter((seconds) => seconds !== undefined)
    .map(Number);
  const seconds = Math.max(Math.floor(nowMs / 1000), ...taken.map((earlier) => earlier + 1));
  return `events.out.tfevents.${String(seconds).padStart(10, "0")}.unpaired`;
}
