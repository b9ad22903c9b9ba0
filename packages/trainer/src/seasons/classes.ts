/** What a pixel of a scene shows; the index is the class id of the label map. */
export const sceneClasses = [
  "sky",
  "snowcap",
  "rock",
  "grass",
  "conifer",
  "broadleaf",
  "water",
  "road",
  "wall",
  "roof",
] as const;

export type SceneClass = (typeof sceneClasses)[number];

/** Class ids by name. */
export const classId = {
  sky: 0,
  snowcap: 1,
  rock: 2,
  grass: 3,
  conifer: 4,
  broadleaf: 5,
  water: 6,
  road: 7,
  wall: 8,
  roof: 9,
} as const satisfies Record<SceneClass, number>;

/**
 * RGB of each class in a label picture, 0–255: far apart, so that the nearest colour names the class, and unlike what the
 * class looks like in either season, so that a label map does not pass for a photo as it stands.
 */
export const classColours: readonly (readonly [number, number, number])[] = [
  [128, 64, 128],
  [220, 20, 60],
  [250, 220, 0],
  [60, 60, 230],
  [244, 140, 230],
  [90, 220, 230],
  [240, 120, 30],
  [0, 110, 120],
  [150, 240, 130],
  [30, 20, 40],
];
