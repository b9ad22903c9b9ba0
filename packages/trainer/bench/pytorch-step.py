"""Times whole CycleGAN steps in PyTorch, told over standard input how many and when.

Restates the paper's ResNet generator and PatchGAN (arXiv 1703.10593, appendix 7) and the reference's step: generators first
with adversarial, cycle and identity losses, then each discriminator on a real image and a pooled fake, Adam for both.

Usage: pytorch-step.py '{"sizePixels": 256, "filters": 64, "blocks": 9, "discriminatorFilters": 64, "threads": 2}'
Each line read is a number of steps; each line written tells {"timesMs": [...], "cpuMs"}, the latter over all threads. The first
line written says what runs: {"version", "device", "threads"}.
"""

import itertools
import json
import random
import sys
import time

import torch
from torch import nn

SETTING = json.loads(sys.argv[1])
DEVICE = "cuda" if torch.cuda.is_available() and SETTING.get("gpu", True) else "cpu"


def norm_relu(channels):
    return [nn.InstanceNorm2d(channels), nn.ReLU(inplace=True)]


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()

        def conv():
            return [nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3)]

        self.body = nn.Sequential(*conv(), *norm_relu(channels), *conv(), nn.InstanceNorm2d(channels))

    def forward(self, x):
        return x + self.body(x)


def generator(filters, blocks):
    layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, filters, 7), *norm_relu(filters)]
    for scale in (1, 2):
        layers += [nn.Conv2d(filters * scale, filters * scale * 2, 3, 2, 1), *norm_relu(filters * scale * 2)]
    layers += [Residual(filters * 4) for _ in range(blocks)]
    for scale in (4, 2):
        layers += [
            nn.ConvTranspose2d(filters * scale, filters * scale // 2, 3, 2, 1, output_padding=1),
            *norm_relu(filters * scale // 2),
        ]
    layers += [nn.ReflectionPad2d(3), nn.Conv2d(filters, 3, 7), nn.Tanh()]
    return nn.Sequential(*layers)


def discriminator(filters):
    layers = [nn.Conv2d(3, filters, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True)]
    for before, after, stride in ((1, 2, 2), (2, 4, 2), (4, 8, 1)):
        layers += [
            nn.Conv2d(filters * before, filters * after, 4, stride, 1),
            nn.InstanceNorm2d(filters * after),
            nn.LeakyReLU(0.2, inplace=True),
        ]
    return nn.Sequential(*layers, nn.Conv2d(filters * 8, 1, 4, 1, 1))


def initialised(network):
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(module.weight, 0, 0.02)
            nn.init.zeros_(module.bias)
    return network.to(DEVICE)


class Pool:
    """Fifty earlier fakes, half of the time exchanged for a new one."""

    def __init__(self):
        self.images = []

    def exchange(self, image):
        if len(self.images) < 50:
            self.images.append(image)
            return image
        if random.random() < 0.5:
            return image
        index = random.randrange(50)
        earlier, self.images[index] = self.images[index], image
        return earlier


def main():
    torch.manual_seed(1)
    random.seed(1)
    if "threads" in SETTING:
        torch.set_num_threads(SETTING["threads"])
    torch.backends.cudnn.benchmark = True
    generators = [initialised(generator(SETTING["filters"], SETTING["blocks"])) for _ in range(2)]
    discriminators = [initialised(discriminator(SETTING["discriminatorFilters"])) for _ in range(2)]
    to_b, to_a = generators
    is_a, is_b = discriminators

    def adam(networks):
        parameters = itertools.chain(*(network.parameters() for network in networks))
        return torch.optim.Adam(parameters, lr=2e-4, betas=(0.5, 0.999))

    optimizers = adam(generators), adam(discriminators)
    pools = Pool(), Pool()
    least_squares, distance = nn.MSELoss(), nn.L1Loss()
    size = SETTING["sizePixels"]
    real_a, real_b = (torch.rand(1, 3, size, size, device=DEVICE) * 2 - 1 for _ in range(2))

    def adversarial(logits, target):
        return least_squares(logits, torch.full_like(logits, target))

    def step():
        fake_b, fake_a = to_b(real_a), to_a(real_b)
        for network in discriminators:
            network.requires_grad_(False)
        terms = [
            adversarial(is_b(fake_b), 1.0),
            adversarial(is_a(fake_a), 1.0),
            10 * distance(to_a(fake_b), real_a),
            10 * distance(to_b(fake_a), real_b),
            5 * distance(to_b(real_b), real_b),
            5 * distance(to_a(real_a), real_a),
        ]
        optimizers[0].zero_grad()
        sum(terms).backward()
        optimizers[0].step()
        for network in discriminators:
            network.requires_grad_(True)
        optimizers[1].zero_grad()
        for network, real, fake, pool in ((is_b, real_b, fake_b, pools[0]), (is_a, real_a, fake_a, pools[1])):
            earlier = pool.exchange(fake.detach())
            term = 0.5 * (adversarial(network(real), 1.0) + adversarial(network(earlier), 0.0))
            term.backward()
            terms.append(term)
        optimizers[1].step()
        return [term.item() for term in terms]

    def say(value):
        print(json.dumps(value), flush=True)

    say({"version": torch.__version__, "device": DEVICE, "threads": torch.get_num_threads()})
    for line in sys.stdin:
        times, cpu = [], time.process_time()
        for _ in range(int(line)):
            begin = time.perf_counter()
            step()
            times.append((time.perf_counter() - begin) * 1000)
        say({"timesMs": times, "cpuMs": (time.process_time() - cpu) * 1000})


main()
