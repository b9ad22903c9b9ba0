import type {
  Health,
  Job,
  JobResult,
  Manifest,
  StudyAnswer,
  StudyResults,
  StudySession,
  TranslateResponse,
} from "@unpaired/core/contracts";

const exampleFile = (hex: string, bytes: number) => {
  const sha256 = hex.repeat(8);
  return { key: `blobs/sha256/${sha256}`, bytes, sha256 };
};

/** A published model as `GET /models/:id` shows it. */
export const exampleManifest: Manifest = {
  schemaVersion: 1,
  id: "summer2winter",
  version: "20261123t041500-1a2b3c4d",
  createdAt: "2026-11-23T04:15:00Z",
  method: "cyclegan",
  domains: { from: "summer", to: "winter" },
  input: { sizePixels: 256, multipleOf: 4, channels: 3 },
  files: {
    model: exampleFile("3b7f19c2", 41_872),
    weights: [exampleFile("a84e60d5", 731_904)],
  },
  quantization: "uint8",
  parameters: 728_000,
  multiplyAdds: 3_600_000_000,
  training: { backend: "webgpu", steps: 200_000, dataSet: "summer2winter_yosemite", seed: 1 },
  metrics: { psnrQuantized: 41.3 },
  domainStatistics: [{ name: "redMean", mean: -0.11, standardDeviation: 0.21 }],
};

/** What `GET /health` says when all is well. */
export const exampleHealth: Health = { status: "ok", build: "0.1.0", engine: "relaxed-simd" };

/** A translation under `accept: application/json`; its image is one grey pixel. */
export const exampleTranslation: TranslateResponse = {
  model: "summer2winter",
  version: "20261123t041500-1a2b3c4d",
  requestId: "5f0c1a52-7d0e-4f0e-9a55-0b7a4c4b8f0e",
  domainScore: 0.914,
  contentType: "image/png",
  width: 1,
  height: 1,
  image: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
};

/** A job that has translated some of its images. */
export const exampleJob: Job = {
  id: "9f86d081884c7d659a2feaa0c55ad015",
  model: "summer2winter",
  version: "20261123t041500-1a2b3c4d",
  status: "running",
  total: 2_500,
  done: 1_204,
  failed: 1,
  createdAt: "2026-11-23T04:20:00.000Z",
  finishedAt: null,
  detail: null,
};

/** Lines of `GET /jobs/:id/results`. */
export const exampleJobResults: readonly JobResult[] = [
  {
    sequence: 1,
    index: 0,
    id: "summer",
    status: "done",
    path: "/jobs/9f86d081884c7d659a2feaa0c55ad015/results/0",
    contentType: "image/jpeg",
    width: 256,
    height: 256,
    bytes: 18_230,
    domainScore: 0.914,
  },
  {
    sequence: 2,
    index: 3,
    id: null,
    status: "failed",
    code: "unsupported_image",
    detail: "The bytes sent are GIF; send a PNG, JPEG or WebP.",
  },
];

const exampleStudy = "4fca1f2f5e7b49d2a0c3";
const examplePicture = (hex: string) => `/studies/${exampleStudy}/pictures/${hex.repeat(8)}`;

/** A study's session that has just begun. */
export const exampleStudySession: StudySession = {
  status: "running",
  id: "0b4e9a6c1d5f47b38d2e",
  picture: { width: 256, height: 256 },
  practicePairs: 10,
  countedPairs: 40,
  answered: 0,
  pairs: [
    {
      id: "77d1b0c84e2a4c1f9b6a",
      place: 0,
      isPractice: true,
      left: examplePicture("3b7f"),
      right: examplePicture("a84e"),
    },
    {
      id: "e2c95f3a7b604d18a1fd",
      place: 1,
      isPractice: true,
      left: examplePicture("60d5"),
      right: examplePicture("19c2"),
    },
  ],
};

/** An answer to its first pair. */
export const exampleStudyAnswer: StudyAnswer = {
  pair: "77d1b0c84e2a4c1f9b6a",
  choice: "left",
  shownMs: 1000.1,
  responseMs: 812.4,
};

/** Results of a study, with one answer of its one completed session. */
export const exampleStudyResults: StudyResults = {
  study: exampleStudy,
  title: "Which one is real?",
  started: 2,
  completed: 1,
  methods: [
    { name: "cyclegan", pairs: 20, fooled: 6 },
    { name: "cogan", pairs: 20, fooled: 0 },
  ],
  sessions: [
    {
      sequence: 1,
      completedAt: "2026-11-23T04:30:00.000Z",
      resumes: 0,
      answers: [
        {
          method: "cyclegan",
          fake: "3b7f19c2".repeat(4),
          choice: "left",
          isFooled: true,
          shownMs: 1000.1,
          responseMs: 812.4,
        },
      ],
    },
  ],
  nextAfter: null,
};
