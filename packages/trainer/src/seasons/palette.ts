/** The two seasons of a scene. */
export const seasons = ["summer", "winter"] as const;
export type Season = (typeof seasons)[number];

/** RGB, 0–255. */
export type Colour = readonly [number, number, number];

/** Colours of a surface in shadow, in open light and in the sun. */
export type Ramp = readonly [shadow: Colour, middle: Colour, bright: Colour];

/** The paints of one season. */
export interface Palette {
  readonly zenith: Colour;
  readonly midSky: Colour;
  readonly lowSky: Colour;
  readonly glow: Colour;
  readonly cloud: Ramp;
  readonly haze: Colour;
  readonly snowcap: Ramp;
  readonly rock: Ramp;
  /** What lies on the rock's ledges: scree in summer, snow in winter. */
  readonly ledge: Ramp;
  readonly grass: Ramp;
  /** The meadow's second hue, where its tone is high. */
  readonly meadow: Ramp;
  readonly conifer: Ramp;
  readonly broadleaf: Ramp;
  /** The broadleaf trees' second hue. */
  readonly foliage: Ramp;
  readonly wood: Ramp;
  /** How plainly the boughs show through a crown, 0–1. */
  readonly boughs: number;
  readonly water: Ramp;
  /** Share of the reflection in the water's colour. */
  readonly reflection: number;
  readonly road: Ramp;
  readonly roof: Ramp;
  readonly walls: readonly Ramp[];
  readonly glass: Colour;
  readonly trim: Colour;
}

/** What every surface looks like in each season; within a season no two surfaces share a colour. */
export const palettes: Readonly<Record<Season, Palette>> = {
  summer: {
    zenith: [58, 122, 206],
    midSky: [120, 178, 232],
    lowSky: [232, 228, 200],
    glow: [255, 238, 190],
    cloud: [
      [176, 190, 212],
      [236, 236, 236],
      [255, 250, 238],
    ],
    haze: [150, 186, 222],
    snowcap: [
      [172, 190, 222],
      [230, 234, 242],
      [255, 253, 248],
    ],
    rock: [
      [70, 66, 84],
      [134, 120, 116],
      [206, 184, 158],
    ],
    ledge: [
      [86, 82, 92],
      [158, 144, 134],
      [222, 204, 176],
    ],
    grass: [
      [34, 72, 28],
      [98, 148, 44],
      [186, 204, 84],
    ],
    meadow: [
      [62, 82, 26],
      [150, 162, 54],
      [222, 212, 104],
    ],
    conifer: [
      [10, 34, 30],
      [28, 74, 48],
      [96, 138, 72],
    ],
    broadleaf: [
      [22, 62, 18],
      [66, 130, 34],
      [168, 200, 66],
    ],
    foliage: [
      [40, 70, 14],
      [104, 146, 30],
      [206, 208, 74],
    ],
    boughs: 0.25,
    wood: [
      [44, 32, 28],
      [92, 70, 54],
      [150, 120, 90],
    ],
    water: [
      [14, 58, 96],
      [30, 96, 150],
      [96, 160, 204],
    ],
    reflection: 0.52,
    road: [
      [112, 84, 54],
      [184, 148, 102],
      [232, 204, 158],
    ],
    roof: [
      [84, 36, 28],
      [158, 74, 50],
      [214, 122, 84],
    ],
    walls: [
      [
        [92, 24, 20],
        [166, 48, 36],
        [214, 92, 66],
      ],
      [
        [128, 92, 34],
        [212, 164, 72],
        [244, 210, 126],
      ],
      [
        [66, 44, 32],
        [122, 84, 58],
        [176, 132, 96],
      ],
      [
        [60, 76, 92],
        [116, 140, 158],
        [176, 196, 206],
      ],
    ],
    glass: [38, 50, 70],
    trim: [238, 232, 218],
  },
  winter: {
    zenith: [112, 132, 178],
    midSky: [168, 178, 210],
    lowSky: [238, 208, 200],
    glow: [255, 226, 206],
    cloud: [
      [128, 134, 164],
      [184, 182, 202],
      [226, 212, 216],
    ],
    haze: [176, 186, 212],
    snowcap: [
      [140, 164, 212],
      [206, 220, 246],
      [248, 246, 254],
    ],
    rock: [
      [52, 58, 82],
      [92, 98, 122],
      [136, 136, 150],
    ],
    ledge: [
      [120, 142, 190],
      [190, 206, 234],
      [240, 240, 248],
    ],
    grass: [
      [150, 168, 208],
      [226, 231, 237],
      [255, 253, 246],
    ],
    meadow: [
      [162, 168, 192],
      [234, 229, 221],
      [255, 248, 232],
    ],
    conifer: [
      [18, 36, 50],
      [88, 116, 126],
      [236, 243, 248],
    ],
    broadleaf: [
      [70, 60, 68],
      [140, 126, 128],
      [226, 218, 220],
    ],
    foliage: [
      [82, 66, 64],
      [156, 134, 124],
      [234, 220, 210],
    ],
    boughs: 0.85,
    wood: [
      [34, 28, 34],
      [72, 60, 62],
      [128, 112, 110],
    ],
    water: [
      [86, 136, 164],
      [138, 186, 206],
      [214, 236, 242],
    ],
    reflection: 0.3,
    road: [
      [134, 122, 122],
      [190, 176, 168],
      [224, 212, 200],
    ],
    roof: [
      [168, 162, 204],
      [218, 214, 240],
      [246, 240, 255],
    ],
    walls: [
      [
        [78, 24, 32],
        [146, 46, 44],
        [196, 88, 76],
      ],
      [
        [112, 84, 52],
        [190, 148, 84],
        [228, 196, 134],
      ],
      [
        [54, 40, 40],
        [104, 76, 62],
        [156, 122, 100],
      ],
      [
        [50, 62, 88],
        [98, 116, 144],
        [156, 172, 192],
      ],
    ],
    glass: [255, 204, 108],
    trim: [228, 226, 230],
  },
};
