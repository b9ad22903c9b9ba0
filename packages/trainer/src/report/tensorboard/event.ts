import { field } from "./message.ts";

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
const event = ({ nowMs, step }: EventMoment, what: Uint8Array): Uint8Array =>
  Buffer.concat([field.double(1, nowMs / 1000), field.integer(2, step), what]);

/** What every event file starts with. */
export function versionEvent(nowMs: number): Uint8Array {
  return Buffer.concat([field.double(1, nowMs / 1000), field.text(3, "brain.Event:2")]);
}

/** Says that a session starts here: readers forget what earlier files of the run hold from this step on. */
export function startEvent(moment: EventMoment): Uint8Array {
  const START = 1;
  return event(moment, field.message(7, field.integer(1, START)));
}

/** Figures of one step; a figure that is not finite is kept as it is, TensorBoard marks it. */
export function scalarsEvent(moment: EventMoment, scalars: Readonly<Record<string, number>>): Uint8Array {
  const values = Object.entries(scalars).map(([tag, value]) =>
    field.message(1, field.text(1, tag), field.float(2, value)),
  );
  return event(moment, field.message(5, ...values));
}

/** A picture of one step. */
export function imageEvent(moment: EventMoment, { tag, png, width, height }: EventImage): Uint8Array {
  const RGB = 3;
  const image = [
    field.integer(1, height),
    field.integer(2, width),
    field.integer(3, RGB),
    field.bytes(4, png),
  ];
  return event(moment, field.message(5, field.message(1, field.text(1, tag), field.message(4, ...image))));
}
