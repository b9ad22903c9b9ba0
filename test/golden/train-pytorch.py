"""Trains the same CycleGAN in plain PyTorch on two folders of pictures, to stand beside this project's trainer.

It saves the generators as plain state dicts under the reference's names and keys, and translates folders of held-out
pictures into PNGs. Everything random comes from one seed.

usage: python3 train-pytorch.py --a DIR --b DIR --out DIR --steps 5000 --size 64 [--translate-a DIR] [--translate-b DIR]
"""

import argparse
import json
import math
import random
import time
from pathlib import Path

import networks
import objectives
import torch
from PIL import Image
from torch import nn

PICTURES = {".jpg", ".jpeg", ".png", ".webp"}


def list_pictures(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)
    if not files:
        raise SystemExit(f"{folder} holds no pictures.")
    return files


def read_picture(path: Path, side: int) -> torch.Tensor:
    """uint8 `[3, side, side]`, resized bicubically whatever its proportions."""
    with Image.open(path) as picture:
        resized = picture.convert("RGB").resize((side, side), Image.Resampling.BICUBIC)
    return torch.frombuffer(bytearray(resized.tobytes()), dtype=torch.uint8).reshape(side, side, 3).permute(2, 0, 1)


def to_model_range(picture: torch.Tensor) -> torch.Tensor:
    return picture.float() / 127.5 - 1


class Unaligned:
    """A in shuffled order modulo its length, B at random; crop and flip drawn for each picture on its own."""

    def __init__(self, a: Path, b: Path, *, load: int, crop: int, batch: int, source: random.Random) -> None:
        self.pictures = {name: [read_picture(path, load) for path in list_pictures(f)] for name, f in (("A", a), ("B", b))}
        self.load, self.crop, self.batch, self.source = load, crop, batch, source
        self.length = max(len(pictures) for pictures in self.pictures.values())
        self.steps_per_epoch = math.ceil(self.length / batch)
        self.order: list[int] = []

    def next(self, step: int) -> tuple[torch.Tensor, torch.Tensor]:
        position = step % self.steps_per_epoch
        if position == 0:
            self.order = self.source.sample(range(self.length), self.length)
        places = [self.order[(position * self.batch + member) % self.length] for member in range(self.batch)]
        pictures_a, pictures_b = self.pictures["A"], self.pictures["B"]
        a = torch.stack([self.view(pictures_a[place % len(pictures_a)]) for place in places])
        b = torch.stack([self.view(self.source.choice(pictures_b)) for _ in places])
        return a, b

    def view(self, picture: torch.Tensor) -> torch.Tensor:
        left, top = (self.source.randint(0, self.load - self.crop) for _ in range(2))
        cut = picture[:, top : top + self.crop, left : left + self.crop]
        return to_model_range(cut.flip(2) if self.source.random() < 0.5 else cut)


def initialise(network: nn.Module) -> nn.Module:
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(module.weight, 0.0, 0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, 0.02)
            nn.init.zeros_(module.bias)
    return network


def make_model(options: argparse.Namespace, source: random.Random) -> objectives.CycleGan:
    generator = {
        "filters": options.filters,
        "blocks": options.blocks,
        "norm": options.norm,
        "upsampling": options.upsampling,
    }
    discriminator = {
        "filters": options.discriminator_filters,
        "layers": options.discriminator_layers,
        "norm": options.norm,
    }
    owned = {name: networks.make_network(options.generator, generator) for name in ("generatorAB", "generatorBA")}
    owned |= {name: networks.make_network("patch", discriminator) for name in ("discriminatorA", "discriminatorB")}
    for network in owned.values():
        initialise(network)
    pools = {name: objectives.ImagePool(options.pool, source.random, source.randrange) for name in ("fakeA", "fakeB")}
    weights = objectives.CycleGanWeights(options.cycle_weight, options.cycle_weight, options.identity_weight)
    return objectives.CycleGan(owned, pools, mode=options.gan_mode, weights=weights, learning_rate=options.learning_rate)


def train(model: objectives.CycleGan, data: Unaligned, options: argparse.Namespace) -> float:
    """Trains to the last step; returns steps per second."""
    schedule = {"constantEpochs": options.epochs, "decayEpochs": options.decay_epochs}
    schedulers = [objectives.make_scheduler(optimizer, "linear", schedule) for optimizer in model.optimizers]
    begun = logged = time.perf_counter()
    sums: dict[str, float] = {}
    counted = 0
    for step in range(options.steps):
        for name, loss in model.step(*data.next(step)).items():
            sums[name] = sums.get(name, 0.0) + loss
        counted += 1
        if (step + 1) % data.steps_per_epoch == 0:
            for scheduler in schedulers:
                scheduler.step()
        if (step + 1) % options.log_every == 0 or step + 1 == options.steps:
            now = time.perf_counter()
            means = " ".join(f"{name} {total / counted:.3f}" for name, total in sorted(sums.items()))
            rate = model.optimizers[0].param_groups[0]["lr"]
            print(f"step {step + 1}/{options.steps}  {counted / (now - logged):.2f} steps/s  rate {rate:.2e}  {means}", flush=True)
            logged, sums, counted = now, {}, 0
    return options.steps / (time.perf_counter() - begun)


@torch.no_grad()
def translate(generator: nn.Module, folder: Path, out: Path, size: int) -> int:
    out.mkdir(parents=True, exist_ok=True)
    files = list_pictures(folder)
    for path in files:
        output = generator(to_model_range(read_picture(path, size)).unsqueeze(0))[0]
        pixels = ((output + 1) * 127.5).round().clamp(0, 255).byte().permute(1, 2, 0).contiguous()
        Image.frombytes("RGB", (size, size), bytes(pixels.flatten().tolist())).save(out / f"{path.stem}.png")
    return len(files)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--a", type=Path, required=True, help="folder of domain A")
    parser.add_argument("--b", type=Path, required=True, help="folder of domain B")
    parser.add_argument("--out", type=Path, required=True, help="folder for state dicts and translations")
    parser.add_argument("--translate-a", type=Path, help="pictures of A to translate to OUT/a2b")
    parser.add_argument("--translate-b", type=Path, help="pictures of B to translate to OUT/b2a")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--size", type=int, default=256, help="side of the crop in pixels")
    parser.add_argument("--load-size", type=int, help="side before the crop; size * 286 / 256 by default")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--generator", choices=["resnet", "mobile-resnet"], default="resnet")
    parser.add_argument("--filters", type=int, default=64)
    parser.add_argument("--blocks", type=int, default=9)
    parser.add_argument("--upsampling", choices=["transposed", "resize"], default="transposed")
    parser.add_argument("--norm", choices=["instance", "batch", "none"], default="instance")
    parser.add_argument("--discriminator-filters", type=int, default=64)
    parser.add_argument("--discriminator-layers", type=int, default=3)
    parser.add_argument("--gan-mode", choices=["lsgan", "vanilla"], default="lsgan")
    parser.add_argument("--cycle-weight", type=float, default=10.0)
    parser.add_argument("--identity-weight", type=float, default=0.5, help="as a fraction of the cycle weight")
    parser.add_argument("--learning-rate", type=float, default=2e-4)
    parser.add_argument("--epochs", type=int, default=100, help="epochs at the full learning rate")
    parser.add_argument("--decay-epochs", type=int, default=100, help="epochs of linear decay after them")
    parser.add_argument("--pool", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1, help="threads within an operation")
    parser.add_argument("--log-every", type=int, default=100)
    return parser.parse_args()


def main() -> None:
    options = parse()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    source = random.Random(options.seed)
    load = options.load_size or round(options.size * 286 / 256)
    data = Unaligned(options.a, options.b, load=load, crop=options.size, batch=options.batch, source=source)
    model = make_model(options, source)
    scheduled = (options.epochs + options.decay_epochs) * data.steps_per_epoch
    if options.steps > scheduled:
        raise SystemExit(f"--steps is {options.steps}, but the learning rate is scheduled for {scheduled}.")
    parameters = sum(weight.numel() for weight in model.networks["generatorAB"].parameters())
    print(
        f"{len(data.pictures['A'])} and {len(data.pictures['B'])} pictures, {data.steps_per_epoch} steps an epoch, "
        f"{parameters} parameters in a generator, PyTorch {torch.__version__}",
        flush=True,
    )
    steps_per_second = train(model, data, options)

    options.out.mkdir(parents=True, exist_ok=True)
    translated = {}
    directions = (("generatorAB", "G_A", options.translate_a, "a2b"), ("generatorBA", "G_B", options.translate_b, "b2a"))
    for name, reference_name, folder, direction in directions:
        network = model.networks[name].eval()
        torch.save(network.state_dict(), options.out / f"latest_net_{reference_name}.pth")
        if folder:
            translated[direction] = translate(network, folder, options.out / direction, options.size)
    print(json.dumps({"steps": options.steps, "stepsPerSecond": round(steps_per_second, 3), "translated": translated}))


if __name__ == "__main__":
    main()
