import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "@unpaired/core";
import { type Study, studySchema } from "@unpaired/core/contracts";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../cli/run-cli.ts";
import { createDirectoryRegistry } from "../publish/directory-registry.ts";
import { startS3Server } from "../publish/testing/s3-server.ts";
import { createStudy } from "./create-study.ts";

let directory: string;

/** Pictures whose colour tells what they are; real ones are larger, of another format and full of metadata and noise. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "study-"));
  const random = createRandom(1);
  for (const [folder, red] of [
    ["real", 200],
    ["cyclegan", 100],
    ["cogan", 20],
  ] as const) {
    await mkdir(join(directory, folder));
    for (let index = 0; index < 52; index++) {
      const side = folder === "real" ? 48 : 32;
      const spread = folder === "real" ? 40 : 1;
      const data = Uint8Array.from({ length: side * side * 3 }, (_, at) =>
        at % 3 ? random.integer(spread) : red,
      );
      const image = sharp(data, { raw: { width: side, height: side, channels: 3 } });
      const name = join(directory, folder, `${String(index).padStart(3, "0")}`);
      if (folder === "real") {
        await image
          .withExif({ IFD0: { Copyright: "somebody" } })
          .jpeg({ quality: 95 })
          .toFile(`${name}.jpg`);
      } else await image.png().toFile(`${name}.png`);
    }
  }
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function run(
  args: string,
  environment: Record<string, string> = {},
  signal = new AbortController().signal,
) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(args.split(" "), {
    directory,
    signal,
    environment,
    now: () => new Date("2026-11-23T04:15:00Z"),
    print: (text) => void out.push(text),
    warn: (text) => void err.push(text),
    progress: { isTerminal: false, columns: 80, write: () => {}, nowMs: () => performance.now() },
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

const fakes = "--fake cyclegan=cyclegan --fake cogan=cogan";

async function readStudy(registry: string): Promise<{ study: Study; pictures: Map<string, Uint8Array> }> {
  const root = join(directory, registry, "studies");
  const [id] = await readdir(root);
  const study = studySchema.parse(JSON.parse(await readFile(join(root, id!, "study.json"), "utf8")));
  const pictures = new Map<string, Uint8Array>();
  for (const name of await readdir(join(root, id!, "pictures"))) {
    pictures.set(name.replace(".webp", ""), await readFile(join(root, id!, "pictures", name)));
  }
  return { study, pictures };
}

test("nothing but its content tells what a picture is", async () => {
  const { code, out, err } = await run(
    `study create --real real ${fakes} --to registry --url https://api.example/ --title Real?`,
  );
  expect([code, err]).toEqual([0, ""]);
  const { study, pictures } = await readStudy("registry");
  expect(out).toBe(
    [
      "cyclegan: 52 fakes beside the real picture of their name, 0 at random",
      "cogan: 52 fakes beside the real picture of their name, 0 at random",
      `study ${study.id}: 10 pairs to practise, 42 real pictures to draw from, 32×32`,
      `registry: ${join(directory, "registry")}`,
      `participants: https://api.example/studies/${study.id}`,
    ].join("\n"),
  );
  expect(study).toMatchObject({
    title: "Real?",
    createdAt: "2026-11-23T04:15:00.000Z",
    picture: { width: 32, height: 32 },
    methods: ["cyclegan", "cogan"],
  });
  // 10 practice pairs, and 42 real pictures with two fakes each.
  expect(pictures.size).toBe(10 * 2 + 42 * 3);
  expect(new Set([...pictures.values()].map((bytes) => bytes.length)).size).toBe(1);
  const redOf = async (id: string) => {
    const image = sharp(pictures.get(id)!);
    const { width, height, format, exif, icc, xmp } = await image.metadata();
    expect([width, height, format, exif, icc, xmp]).toEqual([
      32,
      32,
      "webp",
      undefined,
      undefined,
      undefined,
    ]);
    return (await image.stats()).channels[0]!.mean;
  };
  const reds = { cyclegan: 100, cogan: 20 } as Record<string, number>;
  for (const { real, fake, method } of study.practice) {
    expect(Math.abs((await redOf(real)) - 200)).toBeLessThan(8);
    expect(Math.abs((await redOf(fake)) - reds[method]!)).toBeLessThan(8);
  }
  for (const { real, fakes } of study.scenes) {
    expect(Math.abs((await redOf(real)) - 200)).toBeLessThan(8);
    for (const [method, fake] of Object.entries(fakes)) {
      expect(Math.abs((await redOf(fake)) - reds[method]!)).toBeLessThan(8);
    }
  }
});

test("the same command makes a study of other names and the same pairs", async () => {
  for (const place of ["one", "two"]) await run(`study create --real real ${fakes} --to ${place}`);
  const [one, two] = [await readStudy("one"), await readStudy("two")];
  expect(one.study.id).not.toBe(two.study.id);
  expect([...one.pictures.keys()].filter((name) => two.pictures.has(name))).toEqual([]);
  const practised = ({ study, pictures }: typeof one) =>
    study.practice.map(({ fake }) => Buffer.from(pictures.get(fake)!).toString("base64"));
  expect(practised(one)).toEqual(practised(two));
});

test("a bucket gets what a folder gets, and the study when its pictures are there", async () => {
  await using server = await startS3Server().then((s3) => ({
    ...s3,
    [Symbol.asyncDispose]: () => s3.close(),
  }));
  const { code, err } = await run(
    `study create --real real ${fakes} --to s3://models/mine`,
    server.environment,
  );
  expect([code, err]).toEqual([0, ""]);
  const puts = server.requests.filter(({ method }) => method === "PUT");
  expect(server.objects.size).toBe(10 * 2 + 42 * 3 + 1);
  expect(JSON.stringify(puts.at(-1))).toContain("study.json");
});

test("a study cut off is not there", async () => {
  const folder = createDirectoryRegistry(join(directory, "cut"));
  let left = 30;
  const interruption = new AbortController();
  const registry = {
    ...folder,
    putNew(key: string, bytes: Uint8Array) {
      if (--left === 0) interruption.abort(new Error("stopped"));
      return folder.putNew(key, bytes);
    },
  };
  const making = createStudy({
    registry,
    real: join(directory, "real"),
    fakes: new Map([["cogan", join(directory, "cogan")]]),
    title: "Cut",
    seed: 1,
    now: () => new Date(),
    signal: interruption.signal,
  });
  await expect(making).rejects.toThrow("stopped");
  expect((await folder.list("studies/")).some((key) => key.endsWith("study.json"))).toBe(false);
});

test.each([
  ["--real real", /required option '--fake/],
  [`--real nowhere ${fakes}`, /nowhere does not exist/],
  ["--real real --fake cyclegan", /Give a method's name and its folder/],
  ["--real real --fake a=cogan --fake a=cyclegan", /a is given twice/],
  ["--real real --fake a/b=cogan", /"a\/b": a method's name is/],
  [
    `--real real ${fakes} --size 40`,
    /is 32×32 pixels and would have to be enlarged to 40; give --size 32 or less/,
  ],
  [`--real real ${fakes} --to gs://x`, /no registry known/],
])("study create %s gets one sentence", async (options, message) => {
  const { code, err } = await run(
    `study create ${options} ${options.includes("--to") ? "" : "--to nothing"}`.trim(),
  );
  expect(err).toMatch(message);
  expect(code).toBe(2);
  expect(await readdir(directory)).not.toContain("nothing");
});
