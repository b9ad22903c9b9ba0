import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "@unpaired/core";
import { type Study, studySchema, studySessionSchema } from "@unpaired/core/contracts";
import { type RunningServer, startServer } from "@unpaired/edge-api/serve";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { trainer } from "./run-trainer.ts";

let directory: string;
let server: RunningServer;
let study: Study;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "study-journey-"));
  const random = createRandom(1);
  for (const folder of ["real", "one", "two"]) {
    await mkdir(join(directory, folder));
    for (let index = 0; index < 50; index++) {
      const background = { r: random.integer(256), g: random.integer(256), b: random.integer(256) };
      const flat = sharp({ create: { width: 32, height: 32, channels: 3, background } });
      await flat.png().toFile(join(directory, folder, `${index}.png`));
    }
  }
  const said = await trainer(
    directory,
    ...["study", "create", "--real", "real", "--fake", "one=one", "--fake", "two=two", "--to", "registry"],
  );
  const [, id] = /^study (\w+):/m.exec(said) ?? [];
  const file = join(directory, "registry/studies", id!, "study.json");
  study = studySchema.parse(JSON.parse(await readFile(file, "utf8")));
  server = await startServer({ registryDirectory: join(directory, "registry") });
});
afterAll(async () => {
  await server?.close();
  await rm(directory, { recursive: true, force: true });
});

test("a study goes from folders to participants to results", async () => {
  const path = `${server.url}/studies/${study.id}`;
  expect(await (await fetch(path)).text()).toContain("<h1>Which picture is real?</h1>");
  const session = studySessionSchema.parse(
    await (await fetch(`${path}/sessions`, { method: "POST" })).json(),
  );
  if (session.status !== "running") throw new Error("A session that nobody took is over.");
  const pictures = session.pairs.flatMap(({ left, right }) => [left, right]);
  const lengths = new Set<string | null>();
  for (const picture of pictures) {
    const response = await fetch(server.url + picture);
    lengths.add(response.headers.get("content-length"));
    const { format, width } = await sharp(await response.arrayBuffer()).metadata();
    expect([format, width]).toEqual(["webp", 32]);
  }
  expect([pictures.length, lengths.size]).toEqual([4, 1]);
  // As the service answers whoever wants to peek.
  expect((await fetch(`${path}/study.json`)).status).toBe(404);
  const results = JSON.parse(
    await trainer(directory, "study", "results", "--url", server.url, "--study", study.id, "--json"),
  );
  expect(results).toMatchObject({
    started: 1,
    completed: 0,
    methods: [
      { name: "one", pairs: 0 },
      { name: "two", pairs: 0 },
    ],
  });
});
