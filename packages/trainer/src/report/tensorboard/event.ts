import { ProtobufWriter } from "@unpaired/core";

/** When an event happened: wall time in milliseconds since 1970, and the training step. */
export interface EventMoment {
  readonly nowMs: number;
  readonly step: number;
}

/** A picture as TensorBoard shows it. */
export interface EventImage {
  readonly tag: string;
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

// Field numbers: tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto.
const message = () => new ProtobufWriter();
const event = ({ nowMs, step }: EventMoment) =>
  message()
    .double(1, nowMs / 1000)
    .integer(2, step);

/** What every event file starts with. */
export function versionEvent(nowMs: number): Uint8Array {
  return message()
    .double(1, nowMs / 1000)
    .text(3, "brain.Event:2")
    .finish();
}

/** Says that a session starts here: readers forget what earlier files of the run hold from this step on. */
export function startEvent(moment: EventMoment): Uint8Array {
  const START = 1;
  return event(moment).message(7, message().integer(1, START)).finish();
}

/** Figures of one step; a figure that is not finite is kept as it is, TensorBoard marks it. */
export function scalarsEvent(moment: EventMoment, scalars: Readonly<Record<string, number>>): Uint8Array {
  const summary = message();
  for (const [tag, value] of Object.entries(scalars)) {
    summary.message(1, message().text(1, tag).float(2, value));
  }
  return event(moment).message(5, summary).finish();
}

/** A picture of one step. */
export function imageEvent(moment: EventMoment, { tag, png, width, height }: EventImage): Uint8Array {
  const RGB = 3;
  const image = message().integer(1, height).integer(2, width).integer(3, RGB).bytes(4, png);
  const value = message().text(1, tag).message(4, image);
  return event(moment).message(5, message().message(1, value)).finish();
}
