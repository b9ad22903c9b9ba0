/** A size that a layer cannot take, though another might; caught where the cure can be named. */
export class Misfit extends Error {}
