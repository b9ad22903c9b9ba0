import type { Random } from "@unpaired/core";
import {
  drawStudyPairs,
  pictureIdSchema,
  type Study,
  type StudyPair,
  studyIdSchema,
  studyMethodSchema,
  studyProtocol,
  studySideSchema,
} from "@unpaired/core/contracts";
import * as z from "zod";
import { RegistryError } from "../model-registry/registry-error.ts";

/** A pair of a session as it is stored: with what its participant must not know. */
const sessionPairSchema = z.strictObject({
  id: studyIdSchema,
  isPractice: z.boolean(),
  method: studyMethodSchema,
  real: pictureIdSchema,
  fake: pictureIdSchema,
  /** Where the real picture is shown. */
  realSide: studySideSchema,
});

/** The pairs of a session, in their order. */
export const sessionPairsSchema = z.array(sessionPairSchema).min(1);

export type SessionPair = z.infer<typeof sessionPairSchema>;

/**
 * Draws a participant's pairs: the practice pairs and 40 that count, in random order, the real one left or right at
 * random.
 *
 * @param newId makes ids that cannot be guessed, and do not come from `random`
 * @throws RegistryError `model_unavailable` when the study has too few pairs
 */
export function drawSession(study: Study, random: Random, newId: () => string): SessionPair[] {
  const { methods, scenes } = study;
  const drawn = drawStudyPairs(scenes, { methods, count: studyProtocol.countedPairs, random });
  if (!drawn) {
    throw new RegistryError("model_unavailable", `Study ${study.id} has too few pairs; create it anew.`);
  }
  const practice = random.permutation(study.practice.length).map((index) => study.practice[index]!);
  const counted = drawn.map(({ scene, method }) => {
    const { real, fakes } = scenes[scene]!;
    return { real, fake: fakes[method]!, method };
  });
  return [...practice, ...counted].map((pair, place) => ({
    ...pair,
    id: newId(),
    isPractice: place < practice.length,
    realSide: random.integer(2) === 0 ? "left" : "right",
  }));
}

/** What a participant's browser is told of the pair at a place; null behind the last one. */
export function shownPair(study: string, pairs: readonly SessionPair[], place: number): StudyPair | null {
  const pair = pairs[place];
  if (!pair) return null;
  const path = (picture: string) => `/studies/${study}/pictures/${picture}`;
  const [left, right] = pair.realSide === "left" ? [pair.real, pair.fake] : [pair.fake, pair.real];
  return { id: pair.id, place, isPractice: pair.isPractice, left: path(left), right: path(right) };
}
