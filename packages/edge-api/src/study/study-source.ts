import { type Study, studyIdSchema, studyKeys, studySchema } from "@unpaired/core/contracts";
import type { RegistryBucket } from "../model-registry/bucket.ts";
import { ExpiringMap } from "../model-registry/expiring-map.ts";
import { readObject } from "../model-registry/read-object.ts";
import { RegistryError } from "../model-registry/registry-error.ts";
import { RequestError } from "../problems/request-error.ts";

/** A thousand scenes of twenty methods. */
const STUDY_BYTES = 4_000_000;
const PICTURE_BYTES = 4_000_000;
/** Large studies are megabytes; an isolate serves few at a time. */
const KEPT_STUDIES = 4;

/** Reads studies, which never change once they are there. */
export interface StudySource {
  /** @throws RequestError `not_found`; RegistryError `model_unavailable` */
  study(id: string): Promise<Study>;
  /** @throws RequestError `not_found`; RegistryError `model_unavailable` */
  picture(id: string, picture: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** Reads studies from a registry's bucket. */
export function createStudySource(bucket: RegistryBucket, nowMs: () => number): StudySource {
  const studies = new ExpiringMap<Study>({ lifetimeMs: Infinity, capacity: KEPT_STUDIES, nowMs });

  return {
    async study(id) {
      const known = studies.get(id);
      if (known) return known;
      const isId = studyIdSchema.safeParse(id).success;
      const bytes = isId ? await readObject(bucket, studyKeys.study(id), STUDY_BYTES) : undefined;
      if (!bytes) {
        throw new RequestError("not_found", "There is no such study; check that its link is whole.");
      }
      const study = parse(bytes, id);
      studies.set(id, study);
      return study;
    },

    async picture(id, picture) {
      const key = studyKeys.picture(id, picture);
      const bytes =
        /^[0-9a-f]{32}$/.test(picture) && studyIdSchema.safeParse(id).success
          ? await readObject(bucket, key, PICTURE_BYTES)
          : undefined;
      if (!bytes) {
        throw new RequestError("not_found", "There is no such picture; open the study's link anew.");
      }
      return bytes;
    },
  };
}

function parse(bytes: Uint8Array, id: string): Study {
  const text = new TextDecoder().decode(bytes);
  const value = parseJson(text);
  const study = studySchema.safeParse(value).data;
  if (study?.id === id) return study;
  // Nothing of what is in there may be told.
  throw new RegistryError("model_unavailable", `Study ${id} is damaged; create it anew.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
