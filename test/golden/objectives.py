"""The objectives and the training steps of CycleGAN and pix2pix in plain PyTorch."""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional
from torch.optim import lr_scheduler

LEARNING_RATE = 2e-4
BETAS = (0.5, 0.999)


def adversarial_loss(mode: str, logits: torch.Tensor, real: bool) -> torch.Tensor:
    target = torch.full_like(logits, 1.0 if real else 0.0)
    if mode == "lsgan":
        return functional.mse_loss(logits, target)
    if mode == "vanilla":
        return functional.binary_cross_entropy_with_logits(logits, target)
    if mode == "wgangp":
        return -logits.mean() if real else logits.mean()
    raise ValueError(f"there is no GAN mode {mode}")


def gradient_penalty(
    discriminator: nn.Module, real: torch.Tensor, fake: torch.Tensor, mix: torch.Tensor, weight: float
) -> torch.Tensor:
    """WGAN-GP's penalty at mix·real + (1 − mix)·fake, one `mix` in [0, 1) per image (arXiv 1704.00028, eq. 3)."""
    share = mix.reshape(-1, 1, 1, 1)
    between = (share * real + (1 - share) * fake).detach().requires_grad_(True)
    logits = discriminator(between)
    (gradient,) = torch.autograd.grad(logits, between, torch.ones_like(logits), create_graph=True)
    # The reference adds 1e-16 to every component, which keeps the norm differentiable at 0.
    norms = (gradient.reshape(real.shape[0], -1) + 1e-16).norm(2, dim=1)
    return weight * ((norms - 1) ** 2).mean()


class ImagePool:
    """History of fakes; `uniform` and `integer` are the only randomness, drawn per image once the pool is full."""

    def __init__(self, size: int, uniform: Callable[[], float], integer: Callable[[int], int]) -> None:
        self.size, self.uniform, self.integer = size, uniform, integer
        self.images: list[torch.Tensor] = []
        self.exchanges = 0

    def query(self, batch: torch.Tensor) -> torch.Tensor:
        return torch.stack([self.query_one(image) for image in batch.detach()])

    def query_one(self, image: torch.Tensor) -> torch.Tensor:
        if len(self.images) < self.size:
            self.images.append(image)
            return image
        if self.size == 0 or self.uniform() < 0.5:
            return image
        place = self.integer(self.size)
        stored, self.images[place] = self.images[place], image
        self.exchanges += 1
        return stored


@dataclass
class CycleGanWeights:
    cycle_a: float = 10.0
    cycle_b: float = 10.0
    identity: float = 0.5
    gradient_penalty: float = 0.0


class CycleGan:
    """One CycleGAN with its two optimisers; `step` is the reference's `optimize_parameters`."""

    def __init__(
        self,
        networks: dict[str, nn.Module],
        pools: dict[str, ImagePool],
        *,
        mode: str = "lsgan",
        weights: CycleGanWeights | None = None,
        learning_rate: float = LEARNING_RATE,
    ) -> None:
        self.networks, self.pools, self.mode = networks, pools, mode
        self.weights = weights or CycleGanWeights()
        self.generators = adam(learning_rate, networks["generatorAB"], networks["generatorBA"])
        self.discriminators = adam(learning_rate, networks["discriminatorA"], networks["discriminatorB"])
        self.optimizers = [self.generators, self.discriminators]

    def step(
        self, a: torch.Tensor, b: torch.Tensor, mixing: dict[str, torch.Tensor] | None = None
    ) -> dict[str, float]:
        """`mixing` holds the shares of the critics' gradient penalties by domain."""
        ab, ba = self.networks["generatorAB"], self.networks["generatorBA"]
        judge_a, judge_b = self.networks["discriminatorA"], self.networks["discriminatorB"]
        weights = self.weights

        fake_b = ab(a)
        reconstructed_a = ba(fake_b)
        fake_a = ba(b)
        reconstructed_b = ab(fake_a)

        set_trained((judge_a, judge_b), False)
        self.generators.zero_grad()
        losses: dict[str, torch.Tensor] = {}
        if weights.identity > 0:
            losses["identityB"] = functional.l1_loss(ab(b), b) * weights.cycle_b * weights.identity
            losses["identityA"] = functional.l1_loss(ba(a), a) * weights.cycle_a * weights.identity
        losses["adversarialB"] = adversarial_loss(self.mode, judge_b(fake_b), True)
        losses["adversarialA"] = adversarial_loss(self.mode, judge_a(fake_a), True)
        losses["cycleA"] = functional.l1_loss(reconstructed_a, a) * weights.cycle_a
        losses["cycleB"] = functional.l1_loss(reconstructed_b, b) * weights.cycle_b
        torch.stack(list(losses.values())).sum().backward()
        self.generators.step()

        set_trained((judge_a, judge_b), True)
        self.discriminators.zero_grad()
        losses |= self.judge("B", b, self.pools["fakeB"].query(fake_b), mixing)
        losses |= self.judge("A", a, self.pools["fakeA"].query(fake_a), mixing)
        self.discriminators.step()
        return {name: float(loss.detach()) for name, loss in losses.items()}

    def judge(
        self, domain: str, real: torch.Tensor, fake: torch.Tensor, mixing: dict[str, torch.Tensor] | None
    ) -> dict[str, torch.Tensor]:
        network = self.networks[f"discriminator{domain}"]
        on_real = adversarial_loss(self.mode, network(real), True)
        on_fake = adversarial_loss(self.mode, network(fake.detach()), False)
        losses = {f"discriminator{domain}": (on_real + on_fake) * 0.5}
        weight = self.weights.gradient_penalty
        if self.mode == "wgangp" and weight > 0 and mixing:
            losses[f"gradientPenalty{domain}"] = gradient_penalty(network, real, fake, mixing[domain], weight)
        torch.stack(list(losses.values())).sum().backward()
        return losses


class Pix2pix:
    """pix2pix: the discriminator learns first, then the generator through the discriminator just updated."""

    def __init__(self, networks: dict[str, nn.Module], *, mode: str = "vanilla", l1: float = 100.0) -> None:
        self.networks, self.mode, self.l1 = networks, mode, l1
        self.generators = adam(LEARNING_RATE, networks["generatorAB"])
        self.discriminators = adam(LEARNING_RATE, networks["discriminatorB"])
        self.optimizers = [self.generators, self.discriminators]

    def step(self, a: torch.Tensor, b: torch.Tensor) -> dict[str, float]:
        generator, judge = self.networks["generatorAB"], self.networks["discriminatorB"]
        fake = generator(a)

        set_trained((judge,), True)
        self.discriminators.zero_grad()
        on_fake = adversarial_loss(self.mode, judge(torch.cat([a, fake.detach()], 1)), False)
        on_real = adversarial_loss(self.mode, judge(torch.cat([a, b], 1)), True)
        loss = (on_fake + on_real) * 0.5
        loss.backward()
        self.discriminators.step()

        set_trained((judge,), False)
        self.generators.zero_grad()
        adversarial = adversarial_loss(self.mode, judge(torch.cat([a, fake], 1)), True)
        reconstruction = functional.l1_loss(fake, b) * self.l1
        (adversarial + reconstruction).backward()
        self.generators.step()
        losses = {"discriminatorB": loss, "adversarialB": adversarial, "l1B": reconstruction}
        return {name: float(value.detach()) for name, value in losses.items()}


def adam(learning_rate: float, *networks: nn.Module) -> torch.optim.Adam:
    parameters = itertools.chain(*(network.parameters() for network in networks))
    return torch.optim.Adam(parameters, lr=learning_rate, betas=BETAS)


def set_trained(networks: Iterable[nn.Module], trained: bool) -> None:
    for network in networks:
        for parameter in network.parameters():
            parameter.requires_grad = trained


def make_scheduler(optimizer: torch.optim.Optimizer, policy: str, options: dict[str, int]):
    """The reference's `get_scheduler`, with epochs counted from 0 and one `step` at the end of each."""
    if policy == "linear":
        constant, decay = options["constantEpochs"], options["decayEpochs"]
        return lr_scheduler.LambdaLR(optimizer, lambda epoch: 1 - max(0, epoch + 1 - constant) / (decay + 1))
    if policy == "step":
        return lr_scheduler.StepLR(optimizer, step_size=options["stepEpochs"], gamma=0.1)
    if policy == "plateau":
        return lr_scheduler.ReduceLROnPlateau(optimizer, mode="min", factor=0.2, threshold=0.01, patience=5)
    if policy == "cosine":
        return lr_scheduler.CosineAnnealingLR(optimizer, T_max=options["constantEpochs"], eta_min=0)
    raise ValueError(f"there is no schedule {policy}")
