import { InvalidArgumentError } from "@unpaired/core";
import { classColours, sceneClasses } from "./classes.ts";
import { furnish } from "./furnish.ts";
import { surveyLand } from "./land.ts";
import { paint } from "./paint.ts";
import { type Season, seasons } from "./palette.ts";
import { composeScene, type Scene } from "./scene.ts";
import { surveySky } from "./sky.ts";
import { createSurvey, type Survey } from "./survey.ts";

/** Which scene to draw, and how large. */
export interface SceneOptions {
  /** Any unsigned 32-bit integer; equal seeds are equal scenes at every size. */
  readonly seed: number;
  /** Side of the square picture in pixels, 16–512. */
  readonly size: number;
}

/** The class-label map of a scene. */
export interface SceneLabels {
  /** Class id of every pixel, row-major, `size`² long; see `sceneClasses`. */
  readonly classes: Uint8Array;
  /** The same map as interleaved RGB in `classColours`, `size`²·3 long. */
  readonly colours: Uint8Array;
}

/** A scene surveyed once and ready to be painted: its seasons and labels align pixel by pixel. */
export interface SceneView {
  /** Interleaved RGB, 0–255, `size`²·3 long. */
  render(season: Season): Uint8Array;
  labels(): SceneLabels;
}

/** Every pixel is the mean of this many samples squared. */
const samplesPerPixel = 2;

/**
 * Surveys a scene once, for painting it more than once.
 *
 * @throws InvalidArgumentError when the seed or size is out of range
 */
export function viewScene({ seed, size }: SceneOptions): SceneView {
  checkScene(seed, size);
  const scene = composeScene(seed);
  const survey = surveyScene(scene, size * samplesPerPixel);
  return {
    render: (season) => {
      if (!seasons.includes(season)) {
        throw new InvalidArgumentError(`The season is "${season}"; it must be one of ${seasons.join(", ")}.`);
      }
      return averageSamples(paint(scene, survey, season), size);
    },
    labels: () => labelPixels(survey, size),
  };
}

/**
 * Draws a scene in a season: interleaved RGB, 0–255, `size`²·3 long.
 *
 * @throws InvalidArgumentError when an option is out of range
 */
export function renderScene({ seed, size, season }: SceneOptions & { readonly season: Season }): Uint8Array {
  return viewScene({ seed, size }).render(season);
}

/**
 * Draws the class-label map of a scene.
 *
 * @throws InvalidArgumentError when an option is out of range
 */
export function renderLabels({ seed, size }: SceneOptions): SceneLabels {
  return viewScene({ seed, size }).labels();
}

function checkScene(seed: number, size: number): void {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new InvalidArgumentError(`The scene seed is ${seed}; it must be an integer from 0 to 4294967295.`);
  }
  checkSceneSize(size);
}

/** @throws InvalidArgumentError when scenes cannot be drawn at this size */
export function checkSceneSize(size: number): void {
  if (!Number.isInteger(size) || size < 16 || size > 512) {
    throw new InvalidArgumentError(
      `The picture size is ${size}; it must be an integer from 16 to 512 pixels.`,
    );
  }
}

function surveyScene(scene: Scene, side: number): Survey {
  const survey = createSurvey(side);
  surveyLand(scene, survey);
  surveySky(scene, survey);
  furnish(scene, survey);
  return survey;
}

function averageSamples(canvas: Float32Array, size: number): Uint8Array {
  const picture = new Uint8Array(size * size * 3);
  const stride = size * samplesPerPixel * 3;
  let at = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const corner = row * samplesPerPixel * stride + column * samplesPerPixel * 3;
      for (let channel = corner; channel < corner + 3; channel++) {
        let sum = 0;
        for (let sample = 0; sample < samplesPerPixel; sample++) {
          for (let across = 0; across < samplesPerPixel; across++) {
            sum += canvas[channel + sample * stride + across * 3]!;
          }
        }
        picture[at++] = Math.min(255, Math.max(0, Math.round(sum / samplesPerPixel ** 2)));
      }
    }
  }
  return picture;
}

/** The class most samples of a pixel show; the first of them on a tie. */
function labelPixels(survey: Survey, size: number): SceneLabels {
  const classes = new Uint8Array(size * size);
  const colours = new Uint8Array(size * size * 3);
  const votes = new Uint8Array(sceneClasses.length);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      votes.fill(0);
      let winner = 0;
      for (let sample = 0; sample < samplesPerPixel ** 2; sample++) {
        const sampleRow = row * samplesPerPixel + Math.floor(sample / samplesPerPixel);
        const sampleColumn = column * samplesPerPixel + (sample % samplesPerPixel);
        const shown = survey.classes[sampleRow * survey.side + sampleColumn]!;
        votes[shown]!++;
        if (sample === 0 || votes[shown]! > votes[winner]!) winner = shown;
      }
      const pixel = row * size + column;
      classes[pixel] = winner;
      colours.set(classColours[winner]!, pixel * 3);
    }
  }
  return { classes, colours };
}
