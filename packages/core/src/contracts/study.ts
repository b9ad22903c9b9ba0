import * as z from "zod";

/** What a participant goes through (Zhu et al. 2017, section 5.1.1; Isola et al. 2016, section 4.1). */
export const studyProtocol = {
  /** Pairs with feedback, which do not count. */
  practicePairs: 10,
  countedPairs: 40,
  /** Milliseconds a pair can be seen. */
  shownMs: 1000,
} as const;

/** Pairs a participant answers, practice included. */
export const pairsPerParticipant = studyProtocol.practicePairs + studyProtocol.countedPairs;

/** Ids of studies, of their sessions and of the pairs in a session; none can be guessed or tells anything. */
export const studyIdSchema = z.string().regex(/^[0-9a-z]{16,40}$/, "an id is 16–40 of a-z and 0-9");

/** Id of a picture of a study: random, so that it does not tell what the picture is. */
export const pictureIdSchema = z.string().regex(/^[0-9a-f]{32}$/, "a picture's id is 32 of a-f and 0-9");

/** Name of a method that is compared: letters, digits, and `.`, `_`, `+`, `-` after the first. */
export const studyMethodSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/, "a method's name is 1–64 of letters, digits and . _ + -");

/** A real picture beside a fake one of one method. */
export const practicePairSchema = z.strictObject({
  real: pictureIdSchema,
  fake: pictureIdSchema,
  method: studyMethodSchema,
});

/** A real picture and the fakes that can be shown beside it, one of a method at most. */
export const studySceneSchema = z.strictObject({
  real: pictureIdSchema,
  fakes: z.record(studyMethodSchema, pictureIdSchema),
});

/** `studies/<id>/study.json`: what is real and what is not. Secret: the service reads it and shows it to nobody. */
export const studySchema = z.strictObject({
  schemaVersion: z.literal(1),
  id: studyIdSchema,
  title: z.string().min(1).max(200),
  createdAt: z.iso.datetime(),
  /** Pixels of every picture. */
  picture: z.strictObject({
    width: z.int().min(16).max(2048),
    height: z.int().min(16).max(2048),
  }),
  methods: z.array(studyMethodSchema).min(1).max(20),
  /** The same for all, and never counted: what their feedback gives away is of no use. */
  practice: z.array(practicePairSchema).length(studyProtocol.practicePairs),
  /** What counted pairs are drawn from. */
  scenes: z.array(studySceneSchema).min(studyProtocol.countedPairs).max(1000),
});

/** Keys of a study in a registry. */
export const studyKeys = {
  study: (id: string) => `studies/${id}/study.json`,
  picture: (id: string, picture: string) => `studies/${id}/pictures/${picture}.webp`,
} as const;

export const studySideSchema = z.enum(["left", "right"]);

/** A pair as a participant's browser gets it. */
export const studyPairSchema = z.strictObject({
  id: studyIdSchema,
  /** Place in the session, from 0. */
  place: z.int().nonnegative(),
  /** Whether its answer is told right or wrong, and does not count. */
  isPractice: z.boolean(),
  /** Paths of the pictures at this service. */
  left: z.string(),
  right: z.string(),
});

/** Body of `POST /studies/:id/sessions`. */
export const studySessionSchema = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("running"),
    id: studyIdSchema,
    picture: studySchema.shape.picture,
    practicePairs: z.int().nonnegative(),
    countedPairs: z.int().positive(),
    /** Pairs answered so far. */
    answered: z.int().nonnegative(),
    /** The pair that is due and the one behind it, which can be loaded meanwhile. */
    pairs: z.array(studyPairSchema).min(1).max(2),
  }),
  /** This browser has taken part, and cannot again. */
  z.strictObject({ status: z.literal("completed") }),
]);

/** Body of `POST /studies/:id/sessions/:session/answers`. */
export const studyAnswerSchema = z.strictObject({
  /** Id of the pair that is due. */
  pair: studyIdSchema,
  /** The picture that looks real. */
  choice: studySideSchema,
  /** Milliseconds the pair was on the screen, as the browser measured. */
  shownMs: z.number().min(0).max(3_600_000),
  /** Milliseconds from its vanishing to the answer. */
  responseMs: z.number().min(0).max(86_400_000),
});

/** What an answer is answered with. */
export const studyAnsweredSchema = z.strictObject({
  /** Pairs answered so far. */
  answered: z.int().positive(),
  /** Whether the answer is right; on practice pairs alone. */
  correct: z.boolean().optional(),
  /** A further pair to load; null where there is none. */
  next: studyPairSchema.nullable(),
  status: z.enum(["running", "completed"]),
});

/** One counted answer, as `GET /studies/:id/results` lists it. */
export const studyResultAnswerSchema = z.strictObject({
  method: studyMethodSchema,
  /** Id of the fake that was shown. */
  fake: pictureIdSchema,
  choice: studySideSchema,
  /** Whether the fake was labelled real. */
  isFooled: z.boolean(),
  shownMs: z.number(),
  responseMs: z.number(),
});

/** Body of `GET /studies/:id/results`: completed sessions alone, a page of them at a time. */
export const studyResultsSchema = z.strictObject({
  study: studyIdSchema,
  title: z.string(),
  /** Sessions begun and sessions completed; the latter alone count. */
  started: z.int().nonnegative(),
  completed: z.int().nonnegative(),
  methods: z.array(
    z.strictObject({
      name: studyMethodSchema,
      /** Pairs counted. */
      pairs: z.int().nonnegative(),
      /** Of these, fakes that were labelled real. */
      fooled: z.int().nonnegative(),
    }),
  ),
  sessions: z.array(
    z.strictObject({
      /** Rises with each session that was completed; `after=` goes on behind it. */
      sequence: z.int().positive(),
      completedAt: z.iso.datetime(),
      /** How often the page was loaded anew in between. */
      resumes: z.int().nonnegative(),
      answers: z.array(studyResultAnswerSchema),
    }),
  ),
  /** What `after=` goes on with; null at the end. */
  nextAfter: z.int().positive().nullable(),
});

export type Study = z.infer<typeof studySchema>;
export type StudyScene = z.infer<typeof studySceneSchema>;
export type PracticePair = z.infer<typeof practicePairSchema>;
export type StudySide = z.infer<typeof studySideSchema>;
export type StudyPair = z.infer<typeof studyPairSchema>;
export type StudySession = z.infer<typeof studySessionSchema>;
export type StudyAnswer = z.infer<typeof studyAnswerSchema>;
export type StudyAnswered = z.infer<typeof studyAnsweredSchema>;
export type StudyResults = z.infer<typeof studyResultsSchema>;
