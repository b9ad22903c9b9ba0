import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { openEventFile } from "./event-file.ts";
import { readEvents } from "./test-reader.ts";

const root = await mkdtemp(join(tmpdir(), "events-"));
afterAll(() => rm(root, { recursive: true }));

const moduleUrl = new URL("event-file.ts", import.meta.url).href;
const nodeOptions = [
  "--experimental-strip-types",
  "--disable-warning=ExperimentalWarning",
  "--input-type=module",
];
const png = new Uint8Array(300).fill(7);

test("scalars and images come back as they were written, at the injected time", async () => {
  const directory = join(root, "plain");
  let nowMs = 1_700_000_000_000;
  const file = await openEventFile({ directory, fromStep: 0, nowMs: () => nowMs });
  nowMs += 1500;
  await file.scalars(5, { "loss/cycleA": 1.25, "loss/ζ": Number.NaN });
  await file.scalars(2 ** 40, { rate: -3 });
  await file.image(10, { tag: "samples", png, width: 640, height: 480 });
  await file.flush();
  await file.close();

  const none = { sessionStart: false, scalars: {}, images: {} };
  expect(readEvents(await readFile(file.path))).toEqual([
    { ...none, wallSeconds: 1_700_000_000, step: 0, version: "brain.Event:2" },
    { ...none, wallSeconds: 1_700_000_000, step: 1, sessionStart: true },
    {
      ...none,
      wallSeconds: 1_700_000_001.5,
      step: 5,
      scalars: { "loss/cycleA": 1.25, "loss/ζ": Number.NaN },
    },
    { ...none, wallSeconds: 1_700_000_001.5, step: 2 ** 40, scalars: { rate: -3 } },
    {
      ...none,
      wallSeconds: 1_700_000_001.5,
      step: 10,
      images: { samples: { width: 640, height: 480, png: Buffer.from(png) } },
    },
  ]);
});

test("every start has a file that sorts behind the ones before, even when the clock went back", async () => {
  const directory = join(root, "clock");
  const paths: string[] = [];
  for (const nowMs of [1_700_000_000_000, 1_700_000_000_200, 1_600_000_000_000, 1_800_000_000_000]) {
    const file = await openEventFile({ directory, fromStep: 200, nowMs: () => nowMs });
    await file.close();
    paths.push(file.path);
  }
  expect(paths.toSorted()).toEqual(paths);
  expect(new Set(paths).size).toBe(4);
  expect(readEvents(await readFile(paths[3]!))[1]).toMatchObject({ step: 201, sessionStart: true });
});

test("a killed process loses no event it was told is written", async () => {
  const directory = join(root, "killed");
  const writer = spawn(
    process.execPath,
    [
      ...nodeOptions,
      "--eval",
      `import { openEventFile } from ${JSON.stringify(moduleUrl)};
       const file = await openEventFile({ directory: ${JSON.stringify(directory)}, fromStep: 0, nowMs: Date.now });
       for (let step = 1; ; step++) { await file.scalars(step, { a: step, b: 2 }); process.stdout.write(step + "\\n"); }`,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let acknowledged = 0;
  for await (const line of createInterface({ input: writer.stdout })) {
    acknowledged = Number(line);
    if (acknowledged === 200) writer.kill("SIGKILL");
  }
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, "exit");
  const [name] = await readdir(directory);
  const steps = readEvents(await readFile(join(directory, name!)))
    .slice(2)
    .map(({ step }) => step);
  expect(acknowledged).toBeGreaterThanOrEqual(200);
  expect(steps.length).toBeGreaterThanOrEqual(acknowledged);
  expect(steps).toEqual(steps.map((_, index) => index + 1));
});

test.skipIf(process.platform === "win32")(
  "what a full disk cut off does not spoil what follows",
  async () => {
    const directory = join(root, "full");
    const writer = `import { openEventFile } from ${JSON.stringify(moduleUrl)};
    const file = await openEventFile({ directory: ${JSON.stringify(directory)}, fromStep: 0, nowMs: Date.now });
    await file.scalars(1, { a: 1 });
    const png = new Uint8Array(100_000);
    const code = await file.image(2, { tag: "samples", png, width: 1, height: 1 }).then(() => "written", (error) => error.code);
    await file.scalars(3, { a: 3 });
    process.stdout.write(code);`;
    // A limit on file size ends a write in its middle, as a full disk does.
    const { stdout } = await promisify(execFile)("sh", [
      "-c",
      'ulimit -f 16; exec "$@"',
      "sh",
      process.execPath,
      ...nodeOptions,
      "--eval",
      writer,
    ]);
    expect(stdout).toBe("EFBIG");
    const [name] = await readdir(directory);
    const events = readEvents(await readFile(join(directory, name!)));
    expect(events.slice(2).map(({ step }) => step)).toEqual([1, 3]);
  },
);
