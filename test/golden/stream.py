"""The project's random stream (packages/core/src/random.ts) stated in Python, so that inputs, weights and the image
pools' decisions are drawn alike on both sides and need not be stored."""

import torch

MASK = 0xFFFFFFFF


def rotate_left(value: int, bits: int) -> int:
    return ((value << bits) | (value >> (32 - bits))) & MASK


class Stream:
    """xoshiro128** (Blackman & Vigna 2018), seeded through splitmix32."""

    def __init__(self, seed: int) -> None:
        z = seed & MASK
        words = []
        for _ in range(4):
            z = (z + 0x9E3779B9) & MASK
            x = ((z ^ (z >> 16)) * 0x85EBCA6B) & MASK
            x = ((x ^ (x >> 13)) * 0xC2B2AE35) & MASK
            words.append(x ^ (x >> 16))
        words[3] |= 1
        self.state = words

    def uniform(self) -> float:
        """In [0, 1), 32 bits of resolution."""
        a, b, c, d = self.state
        result = (rotate_left((b * 5) & MASK, 7) * 9) & MASK
        t = (b << 9) & MASK
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= t
        self.state = [a, b, c, rotate_left(d, 11)]
        return result / 2**32

    def integer(self, bound: int) -> int:
        return int(self.uniform() * bound)

    def fork(self, label: str) -> "Stream":
        a, b, c, d = self.state
        value = a ^ rotate_left(b, 8) ^ rotate_left(c, 16) ^ rotate_left(d, 24)
        for character in label:
            value = ((value ^ ord(character)) * 0x01000193) & MASK
        return Stream(value)


def uniform_tensor(stream: Stream, shape: list[int], low: float, high: float) -> torch.Tensor:
    """float32 values, row-major, in float64."""
    count = 1
    for side in shape:
        count *= side
    values = [low + (high - low) * stream.uniform() for _ in range(count)]
    return torch.tensor(values, dtype=torch.float64).reshape(shape).float().double()


def image_batch(seed: int, label: str, shape: list[int]) -> torch.Tensor:
    """A batch `[batch, channels, height, width]`, drawn in the order of `[batch, height, width, channels]`."""
    return uniform_tensor(Stream(seed).fork(label), shape, -0.9, 0.9).permute(0, 3, 1, 2).contiguous()
