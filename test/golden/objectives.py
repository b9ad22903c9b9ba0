"""The objectives and the training steps of CycleGAN, its ablations, its baselines and CUT in plain PyTorch."""

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

    def query(self, batch: torch.Tensor, halves: bool = False) -> torch.Tensor:
        """`halves`: the first half of the batch is exchanged and the second is not; the odd one out is by chance."""
        half = len(batch) // 2
        chances = [1.0] * half + [0.0] * half + [0.5] * (len(batch) % 2) if halves else [0.5] * len(batch)
        return torch.stack([self.query_one(image, chance) for image, chance in zip(batch.detach(), chances)])

    def query_one(self, image: torch.Tensor, chance: float) -> torch.Tensor:
        if len(self.images) < self.size:
            self.images.append(image)
            return image
        if self.size == 0 or self.uniform() < 1 - chance:
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
    objective: str = "full"


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
        self.optimizers = [self.generators]
        self.judged = self.weights.objective != "cycle-alone"
        if self.judged:
            self.discriminators = adam(learning_rate, networks["discriminatorA"], networks["discriminatorB"])
            self.optimizers.append(self.discriminators)

    def step(
        self, a: torch.Tensor, b: torch.Tensor, mixing: dict[str, torch.Tensor] | None = None
    ) -> dict[str, float]:
        """`mixing` holds the shares of the critics' gradient penalties by domain."""
        ab, ba = self.networks["generatorAB"], self.networks["generatorBA"]
        judges = [self.networks[f"discriminator{domain}"] for domain in "AB"] if self.judged else []
        weights = self.weights
        forward_cycle = weights.objective in ("full", "cycle-alone", "gan-forward")
        backward_cycle = weights.objective in ("full", "cycle-alone", "gan-backward")

        fake_b = ab(a)
        reconstructed_a = ba(fake_b) if forward_cycle else None
        fake_a = ba(b)
        reconstructed_b = ab(fake_a) if backward_cycle else None

        set_trained(judges, False)
        self.generators.zero_grad()
        losses: dict[str, torch.Tensor] = {}
        if weights.identity > 0:
            losses["identityB"] = functional.l1_loss(ab(b), b) * weights.cycle_b * weights.identity
            losses["identityA"] = functional.l1_loss(ba(a), a) * weights.cycle_a * weights.identity
        if self.judged:
            judge_a, judge_b = judges
            losses["adversarialB"] = adversarial_loss(self.mode, judge_b(fake_b), True)
            losses["adversarialA"] = adversarial_loss(self.mode, judge_a(fake_a), True)
        if reconstructed_a is not None:
            losses["cycleA"] = functional.l1_loss(reconstructed_a, a) * weights.cycle_a
        if reconstructed_b is not None:
            losses["cycleB"] = functional.l1_loss(reconstructed_b, b) * weights.cycle_b
        torch.stack(list(losses.values())).sum().backward()
        self.generators.step()

        if self.judged:
            set_trained(judges, True)
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


class SimGan:
    """Two SimGANs side by side: each generator is kept near its input; half of every batch judged comes from a pool.

    With `features`, near means alike in what those networks, frozen, make of translation and input.
    """

    def __init__(
        self,
        networks: dict[str, nn.Module],
        pools: dict[str, ImagePool],
        *,
        mode: str,
        weight: float,
        features: list[nn.Module] | None = None,
    ) -> None:
        self.networks, self.pools, self.mode, self.weight = networks, pools, mode, weight
        self.term = "feature" if features else "selfRegularization"
        self.views = features or [nn.Identity()]
        set_trained(self.views, False)
        self.generators = adam(LEARNING_RATE, networks["generatorAB"], networks["generatorBA"])
        self.discriminators = adam(LEARNING_RATE, networks["discriminatorA"], networks["discriminatorB"])
        self.optimizers = [self.generators, self.discriminators]

    def step(self, a: torch.Tensor, b: torch.Tensor) -> dict[str, float]:
        ways = [("generatorAB", a, "B", b), ("generatorBA", b, "A", a)]
        judges = {domain: self.networks[f"discriminator{domain}"] for domain in "AB"}
        losses: dict[str, torch.Tensor] = {}
        fakes: dict[str, torch.Tensor] = {}

        set_trained(judges.values(), False)
        self.generators.zero_grad()
        for generator, source, target, _ in ways:
            fakes[target] = self.networks[generator](source)
            losses[f"adversarial{target}"] = adversarial_loss(self.mode, judges[target](fakes[target]), True)
            distances = [functional.l1_loss(view(fakes[target]), view(source)) for view in self.views]
            losses[f"{self.term}{target}"] = torch.stack(distances).mean() * self.weight
        torch.stack(list(losses.values())).sum().backward()
        self.generators.step()

        set_trained(judges.values(), True)
        self.discriminators.zero_grad()
        for _, _, target, real in ways:
            fake = self.pools[f"fake{target}"].query(fakes[target], halves=True)
            on_real = adversarial_loss(self.mode, judges[target](real), True)
            on_fake = adversarial_loss(self.mode, judges[target](fake), False)
            losses[f"discriminator{target}"] = (on_real + on_fake) * 0.5
            losses[f"discriminator{target}"].backward()
        self.discriminators.step()
        return {name: float(loss.detach()) for name, loss in losses.items()}


class BiGan:
    """One discriminator over pairs: (x, G(x)), which it is to call real, and (F(y), y), which it is to call fake."""

    def __init__(self, networks: dict[str, nn.Module], pools: dict[str, ImagePool], *, mode: str) -> None:
        self.networks, self.pools, self.mode = networks, pools, mode
        self.generators = adam(LEARNING_RATE, networks["generatorAB"], networks["generatorBA"])
        self.discriminators = adam(LEARNING_RATE, networks["discriminator"])
        self.optimizers = [self.generators, self.discriminators]

    def step(self, a: torch.Tensor, b: torch.Tensor) -> dict[str, float]:
        judge = self.networks["discriminator"]
        set_trained((judge,), False)
        self.generators.zero_grad()
        pair_ab = torch.cat([a, self.networks["generatorAB"](a)], 1)
        pair_ba = torch.cat([self.networks["generatorBA"](b), b], 1)
        losses = {
            "adversarialB": adversarial_loss(self.mode, judge(pair_ab), False),
            "adversarialA": adversarial_loss(self.mode, judge(pair_ba), True),
        }
        (losses["adversarialA"] + losses["adversarialB"]).backward()
        self.generators.step()

        set_trained((judge,), True)
        self.discriminators.zero_grad()
        on_real = adversarial_loss(self.mode, judge(self.pools["pairAB"].query(pair_ab)), True)
        on_fake = adversarial_loss(self.mode, judge(self.pools["pairBA"].query(pair_ba)), False)
        losses["discriminator"] = (on_real + on_fake) * 0.5
        losses["discriminator"].backward()
        self.discriminators.step()
        return {name: float(loss.detach()) for name, loss in losses.items()}


class CoGan:
    """Two GANs that share the first part of their generators and the last of their discriminators.

    Fake images of both domains come from the same latents; the shared part of the generators sees those once.
    """

    def __init__(self, networks: dict[str, nn.Module], pools: dict[str, ImagePool], *, mode: str, latent: int) -> None:
        self.networks, self.pools, self.mode, self.latent = networks, pools, mode, latent
        self.generators = adam(LEARNING_RATE, *(networks[f"generator{part}"] for part in ("Shared", "A", "B")))
        self.judges = [networks[f"discriminator{part}"] for part in ("A", "B", "Shared")]
        self.discriminators = adam(LEARNING_RATE, *self.judges)
        self.optimizers = [self.generators, self.discriminators]

    def step(self, a: torch.Tensor, b: torch.Tensor, streams) -> dict[str, float]:
        stream = streams("latents")
        values = [stream.uniform() * 2 - 1 for _ in range(len(a) * self.latent)]
        latents = torch.tensor(values).reshape(len(a), self.latent, 1, 1).to(a.dtype)
        losses: dict[str, torch.Tensor] = {}

        set_trained(self.judges, False)
        self.generators.zero_grad()
        decoded = self.networks["generatorShared"](latents)
        fakes = {domain: self.networks[f"generator{domain}"](decoded) for domain in "AB"}
        for domain in "AB":
            losses[f"adversarial{domain}"] = adversarial_loss(self.mode, self.judge(domain, fakes[domain]), True)
        torch.stack(list(losses.values())).sum().backward()
        self.generators.step()

        set_trained(self.judges, True)
        self.discriminators.zero_grad()
        for domain, real in (("A", a), ("B", b)):
            fake = self.pools[f"fake{domain}"].query(fakes[domain])
            on_real = adversarial_loss(self.mode, self.judge(domain, real), True)
            on_fake = adversarial_loss(self.mode, self.judge(domain, fake), False)
            losses[f"discriminator{domain}"] = (on_real + on_fake) * 0.5
            losses[f"discriminator{domain}"].backward()
        self.discriminators.step()
        return {name: float(loss.detach()) for name, loss in losses.items()}

    def judge(self, domain: str, image: torch.Tensor) -> torch.Tensor:
        return self.networks["discriminatorShared"](self.networks[f"discriminator{domain}"](image))


def patch_nce(queries: torch.Tensor, keys: torch.Tensor, temperature: float) -> torch.Tensor:
    """The reference's `PatchNCELoss` of embeddings `[batch, patches, channels]`, normalised as its `Normalize` does."""
    q, k = (x / (x.pow(2).sum(2, keepdim=True).pow(0.5) + 1e-7) for x in (queries, keys.detach()))
    positives = (q * k).sum(2, keepdim=True)
    negatives = torch.bmm(q, k.transpose(1, 2))
    itself = torch.eye(q.shape[1], dtype=torch.bool)[None]
    logits = torch.cat([positives, negatives.masked_fill(itself, -10.0)], 2) / temperature
    target = torch.zeros(logits.shape[:2], dtype=torch.long)
    return functional.cross_entropy(logits.flatten(0, 1), target.flatten())


@dataclass
class Contrast:
    weight: float
    identity: bool
    flip: bool
    patches: int
    temperature: float


class Cut:
    """CUT and FastCUT from A to B; the discriminator learns first. `streams` gives each branch of a step its numbers."""

    def __init__(self, networks: dict[str, nn.Module], *, mode: str, contrast: Contrast) -> None:
        self.networks, self.mode, self.contrast = networks, mode, contrast
        self.projectors = [network for name, network in networks.items() if name.startswith("projector")]
        self.generators = adam(LEARNING_RATE, networks["generatorAB"], *self.projectors)
        self.discriminators = adam(LEARNING_RATE, networks["discriminatorB"])
        self.optimizers = [self.generators, self.discriminators]

    def step(self, a: torch.Tensor, b: torch.Tensor, streams) -> dict[str, float]:
        generator, judge = self.networks["generatorAB"], self.networks["discriminatorB"]
        forth, identity = streams("generatorAB"), streams("identityB")
        mirrored = self.contrast.flip and forth.uniform() < 0.5
        fake = generator(torch.flip(a, [3]) if mirrored else a)

        set_trained((judge,), True)
        self.discriminators.zero_grad()
        on_fake = adversarial_loss(self.mode, judge(fake.detach()), False)
        on_real = adversarial_loss(self.mode, judge(b), True)
        losses = {"discriminatorB": (on_fake + on_real) * 0.5}
        losses["discriminatorB"].backward()
        self.discriminators.step()

        set_trained((judge,), False)
        self.generators.zero_grad()
        losses["adversarialB"] = adversarial_loss(self.mode, judge(fake), True)
        share = self.contrast.weight * (0.5 if self.contrast.identity else 1.0)
        losses["patchNceA"] = self.contrast_of(a, fake, mirrored, forth) * share
        if self.contrast.identity:
            turned = self.contrast.flip and identity.uniform() < 0.5
            same = generator(torch.flip(b, [3]) if turned else b)
            losses["patchNceB"] = self.contrast_of(b, same, turned, identity) * share
        torch.stack([loss for name, loss in losses.items() if name != "discriminatorB"]).sum().backward()
        self.generators.step()
        return {name: float(loss.detach()) for name, loss in losses.items()}

    def contrast_of(self, source: torch.Tensor, output: torch.Tensor, mirrored: bool, stream) -> torch.Tensor:
        generator = self.networks["generatorAB"]
        keys, queries = generator.features(source), generator.features(output)
        total = torch.zeros((), dtype=source.dtype)
        for projector, key, query in zip(self.projectors, keys, queries):
            if mirrored:
                query = torch.flip(query, [3])
            area = key.shape[2] * key.shape[3]
            places = sample_places(min(self.contrast.patches, area), area, stream)
            sampled = (x.flatten(2)[:, :, places].unsqueeze(3) for x in (query, key))
            embedded = (projector(x).squeeze(3).transpose(1, 2) for x in sampled)
            total = total + patch_nce(*embedded, self.contrast.temperature)
        return total / len(self.projectors)


def sample_places(count: int, total: int, stream) -> list[int]:
    """The first places of this project's Fisher-Yates shuffle."""
    order = list(range(total))
    for index in range(count):
        other = index + stream.integer(total - index)
        order[index], order[other] = order[other], order[index]
    return order[:count]


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
