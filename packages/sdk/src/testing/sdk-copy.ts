/** In a bundle of `bundleBehaviours`, the whole package once more with classes of its own. */
export { Unpaired } from "../index.ts";
