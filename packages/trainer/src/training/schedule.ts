/** Epochs at the full learning rate, then epochs of linear decay towards 0. */
export interface LinearSchedule {
  readonly constantEpochs: number;
  readonly decayEpochs: number;
}

/**
 * Factor on the learning rate in an epoch: 1 − max(0, epoch + 1 − constant) / (decay + 1).
 *
 * Source: junyanz/pytorch-CycleGAN-and-pix2pix `get_scheduler`, policy `linear`.
 *
 * @param epoch counted from 0
 */
export function learningRateFactor(epoch: number, { constantEpochs, decayEpochs }: LinearSchedule): number {
  return 1 - Math.max(0, epoch + 1 - constantEpochs) / (decayEpochs + 1);
}
