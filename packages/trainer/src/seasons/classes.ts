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

/** RGB of each class in a label picture, 0–255, far apart so that the nearest colour names the class. */
export const classColours: readonly (readonly [number, number, number])[] = [
  [112, 176, 232],
  [250, 250, 255],
  [132, 116, 128],
  [140, 196, 72],
  [16, 88, 64],
  [224, 152, 32],
  [24, 72, 192],
  [216, 192, 144],
  [192, 40, 48],
  [96, 24, 80],
];
