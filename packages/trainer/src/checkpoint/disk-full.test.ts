import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listCheckpoints } from "./checkpoint-files.ts";
import {
  drawPictures,
  outcomeOf,
  runTrainer,
  startTrainer,
  tinyTraining,
  trainerCommand,
} from "./test-bench.ts";

let directory: string;
let reference: Record<string, string>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "disk-full-"));
  await drawPictures(directory);
  await runTrainer(directory, ...args("whole"));
  reference = await outcomeOf(join(directory, "runs", "whole"));
});
afterAll(() => rm(directory, { recursive: true }));

const args = (name: string, ...more: string[]) => [
  ...["train", ...tinyTraining, "--name", name, "--steps", "12", "--threads", "1"],
  ...["--checkpoint-every", "2", "--log-every", "4", ...more],
];

const hasShell = process.platform !== "win32";

/** A process of its own that sees a small memory disk, where the system lets users make one. */
const smallDisk = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"] as const;
const hasSmallDisk =
  process.platform === "linux" &&
  spawnSync(smallDisk[0], [...smallDisk.slice(1), `mount -t tmpfs -o size=64k tmpfs ${tmpdir()}`]).status ===
    0;

test.skipIf(!hasShell)(
  "a file that may not grow ends the run in one sentence and costs no checkpoint",
  async () => {
    const run = join(directory, "runs", "limited");
    const [newest] = await listCheckpoints(join(directory, "runs", "whole", "checkpoints"));
    // Blocks of 512 bytes: room for half of a checkpoint, and for every other file.
    const blocks = Math.floor((await stat(newest!.path)).size / 2 / 512);
    const limited = startTrainer(directory, args("limited"), [
      "sh",
      "-c",
      `ulimit -f ${blocks}; exec "$0" "$@"`,
      ...trainerCommand,
    ]);
    expect(await limited.ended).not.toBe(0);
    expectOneSentence(limited.said(), /step-0000002\.safetensors could not be written: .*ulimit -f/);
    expect(await readdir(join(run, "checkpoints"))).toEqual([]);

    // It was stopped before its first checkpoint, so it has to be told where to begin again.
    await runTrainer(directory, "resume", run, "--backend", "wasm", "--threads", "1");
    expect(await outcomeOf(run)).toEqual(reference);
  },
);

// Where users may not make disks of their own, the test above stands alone.
test.skipIf(!hasSmallDisk)(
  "a disk that fills up ends the run in one sentence, and with space again it goes on",
  async () => {
    const { size } = await stat(
      (await listCheckpoints(join(directory, "runs", "whole", "checkpoints")))[0]!.path,
    );
    const script = join(directory, "on-a-small-disk.sh");
    const quote = (words: readonly string[]) => words.map((word) => `'${word}'`).join(" ");
    // While the filler is there, two checkpoints and the run's other files have room, but no third beside them.
    await writeFile(
      script,
      `set -e
    mkdir runs/small; mount -t tmpfs -o size=${Math.floor((size * 12) / 1024)}k tmpfs runs/small
    head -c ${Math.floor(size * 9.3)} /dev/zero > runs/small/filler
    code=0; ${quote([...trainerCommand, ...args("small")])} 2> full.txt || code=$?
    echo "code $code" >> full.txt
    find runs/small/checkpoints -type f -exec basename {} ';' | sort > left.txt; cp -r runs/small/checkpoints before
    rm runs/small/filler
    ${quote([...trainerCommand, "resume", "runs/small", "--threads", "1"])} 2> resumed.txt
    cp -r runs/small runs/copied`,
    );
    const [program, ...rest] = smallDisk;
    const disk = startTrainer(directory, [`exec sh ${script}`], [program, ...rest]);
    const ended = await disk.ended;
    const said = await readFile(join(directory, "full.txt"), "utf8");
    const resumed = await readFile(join(directory, "resumed.txt"), "utf8");
    expect(ended, disk.said() + said + resumed).toBe(0);
    expectOneSentence(
      said.replace(/code \d+\n$/, ""),
      /could not be written: the disk is full; free some space/,
    );
    expect(said).not.toMatch(/code 0\n$/);
    const left = (await readFile(join(directory, "left.txt"), "utf8")).trim().split("\n");
    expect(left).toEqual(["step-0000002.safetensors", "step-0000004.safetensors"]);
    expect(said).toContain(`${left[1]} stays whole`);
    expect(resumed).toMatch(/from step 4 \(/);
    expect(await outcomeOf(join(directory, "runs", "copied"))).toEqual(reference);
  },
);

function expectOneSentence(said: string, message: RegExp): void {
  const lines = said.split("\n").filter((line) => line.startsWith("trainer:"));
  expect(lines, said).toHaveLength(1);
  expect(lines[0]).toMatch(message);
  expect(lines[0]).toContain('Then go on with "trainer resume ');
  expect(said).not.toMatch(/\n +at /);
}
