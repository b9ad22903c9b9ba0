"""The reference's networks, restated plainly, to hold the readers and writers of PyTorch files against PyTorch itself.

    python3 reference.py save DIRECTORY            every case below: a .pth file, an input, PyTorch's own output
    python3 reference.py fixtures DIRECTORY        the small files committed beside this script
    python3 reference.py run DIRECTORY             torch.load(weights_only=True), load_state_dict(strict=True) and forward
                                                   for every NAME.exported.pth among the saved cases

Tensors on disk are raw little-endian float32, NHWC. Module numbers follow junyanz/pytorch-CycleGAN-and-pix2pix
`models/networks.py` and mit-han-lab/gan-compression `models/modules/resnet_architecture`.
"""

import json
import sys
from collections import OrderedDict
from pathlib import Path

import torch
from torch import nn

NORMS = {
    "instance": nn.InstanceNorm2d,
    # What the reference's files carried before PyTorch 0.4: running statistics that its tests never use.
    "tracked-instance": lambda channels: nn.InstanceNorm2d(channels, track_running_stats=True),
    "batch": nn.BatchNorm2d,
    "none": lambda channels: nn.Identity(),
}


class Holder(nn.Module):
    """A module whose only child is called `name`."""

    def __init__(self, name, child):
        super().__init__()
        self.name = name
        self.add_module(name, child)

    def forward(self, x):
        return getattr(self, self.name)(x)


class Residual(Holder):
    def forward(self, x):
        return x + super().forward(x)


class Skip(Holder):
    def forward(self, x):
        # The first module's LeakyReLU works in place in the reference; the ReLU behind the join makes that no difference.
        return torch.cat([x, super().forward(x)], 1)


def resnet(arch):
    norm = NORMS[arch["norm"]]
    bias = "instance" in arch["norm"]
    separable, dropout = arch.get("separable", False), arch.get("dropout", False)
    widths = arch["widths"]

    def conv(inputs, outputs):
        if not separable:
            return nn.Conv2d(inputs, outputs, 3, bias=bias)
        return Holder("conv", nn.Sequential(
            nn.Conv2d(inputs, inputs, 3, groups=inputs, bias=bias), nn.InstanceNorm2d(inputs),
            nn.Conv2d(inputs, outputs, 1, bias=bias)))

    def block(outer, inner):
        drop = [nn.Dropout(0.5)] if dropout or separable else []
        return Residual("conv_block", nn.Sequential(
            nn.ReflectionPad2d(1), conv(outer, inner), norm(inner), nn.ReLU(), *drop,
            nn.ReflectionPad2d(1), conv(inner, outer), norm(outer)))

    def stage(layer, channels):
        return [layer, norm(channels), nn.ReLU()]

    stem, down1, down2, up1, up2 = (widths[name] for name in ("stem", "down1", "down2", "up1", "up2"))
    transposed = {"kernel_size": 3, "stride": 2, "padding": 1, "output_padding": 1, "bias": bias}
    return Holder("model", nn.Sequential(
        nn.ReflectionPad2d(3), *stage(nn.Conv2d(arch["inputs"], stem, 7, bias=bias), stem),
        *stage(nn.Conv2d(stem, down1, 3, stride=2, padding=1, bias=bias), down1),
        *stage(nn.Conv2d(down1, down2, 3, stride=2, padding=1, bias=bias), down2),
        *[block(down2, inner) for inner in widths["blocks"]],
        *stage(nn.ConvTranspose2d(down2, up1, **transposed), up1),
        *stage(nn.ConvTranspose2d(up1, up2, **transposed), up2),
        nn.ReflectionPad2d(3), nn.Conv2d(up2, arch["outputs"], 7), nn.Tanh()))


def unet(arch):
    norm = NORMS[arch["norm"]]
    bias = arch["norm"] == "instance"
    depth, filters = arch["depth"], arch["filters"]

    def width(level):
        return filters * min(2 ** (level - 1), 8)

    inner = None
    for level in range(depth, 0, -1):
        outer = width(level - 1) if level > 1 else arch["outputs"]
        inputs = outer if level > 1 else arch["inputs"]
        down = nn.Conv2d(inputs, width(level), 4, stride=2, padding=1, bias=bias)
        joined = width(level) * (1 if level == depth else 2)
        up = nn.ConvTranspose2d(joined, outer, 4, stride=2, padding=1, bias=bias or level == 1)
        if level == depth:
            inner = Skip("model", nn.Sequential(nn.LeakyReLU(0.2), down, nn.ReLU(), up, norm(outer)))
        elif level > 1:
            drop = [nn.Dropout(0.5)] if arch.get("dropout") and level > 4 else []
            inner = Skip("model", nn.Sequential(
                nn.LeakyReLU(0.2), down, norm(width(level)), inner, nn.ReLU(), up, norm(outer), *drop))
        else:
            inner = Holder("model", nn.Sequential(down, inner, nn.ReLU(), up, nn.Tanh()))
    return Holder("model", inner)


def patch(arch):
    norm = NORMS[arch["norm"]]
    bias, filters, layers = arch["norm"] == "instance", arch["filters"], arch["layers"]
    modules = [nn.Conv2d(arch["inputs"], filters, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
    width = filters
    for layer in range(1, layers + 1):
        wider = filters * min(2 ** layer, 8)
        stride = 2 if layer < layers else 1
        modules += [nn.Conv2d(width, wider, 4, stride=stride, padding=1, bias=bias), norm(wider), nn.LeakyReLU(0.2)]
        width = wider
    return Holder("model", nn.Sequential(*modules, nn.Conv2d(width, 1, 4, padding=1)))


def pixel(arch):
    bias, filters = arch["norm"] == "instance", arch["filters"]
    return Holder("net", nn.Sequential(
        nn.Conv2d(arch["inputs"], filters, 1), nn.LeakyReLU(0.2),
        nn.Conv2d(filters, filters * 2, 1, bias=bias), NORMS[arch["norm"]](filters * 2), nn.LeakyReLU(0.2),
        nn.Conv2d(filters * 2, 1, 1, bias=bias)))


BUILDERS = {"resnet": resnet, "unet": unet, "patch": patch, "pixel": pixel}


def build(arch):
    """The network with random weights, biases and running statistics, none of them at its neutral value."""
    torch.manual_seed(arch.get("seed", 1))
    net = BUILDERS[arch["kind"]](arch)
    with torch.no_grad():
        for name, value in net.state_dict().items():
            if name.endswith("running_var"):
                value.uniform_(0.5, 2)
            elif name.endswith(("running_mean", "bias")):
                value.normal_(0, 0.2)
            elif value.dim() == 1:
                value.normal_(1, 0.2)
    # Tracked instance norms use an image's own statistics, as the reference does, while batch norms use the running ones.
    return net.eval() if arch["norm"] != "tracked-instance" else net


def image(arch):
    generator = torch.Generator().manual_seed(7)
    side = arch["side"]
    return torch.rand(1, arch["inputs"], side, side, generator=generator) * 2 - 1


def uniform(filters, blocks):
    return {"stem": filters, "down1": filters * 2, "down2": filters * 4, "blocks": [filters * 4] * blocks,
            "up1": filters * 2, "up2": filters}


def channels(text, blocks):
    """Widths of `SubMobileResnetGenerator` from a configuration such as 16_16_32_16_32_32_16_16."""
    config = [int(entry) for entry in text.split("_")]
    inner = [config[3] if len(config) == 6 else config[3 + block // 3] for block in range(blocks)]
    return {"stem": config[0], "down1": config[1] * 2, "down2": config[2] * 4, "blocks": [4 * width for width in inner],
            "up1": config[-2] * 2, "up2": config[-1]}


def generator(norm="instance", blocks=2, filters=4, side=16, **more):
    return {"kind": "resnet", "inputs": 3, "outputs": 3, "norm": norm, "side": side,
            "widths": uniform(filters, blocks), **more}


def u(depth=5, norm="batch", **more):
    return {"kind": "unet", "inputs": 3, "outputs": 3, "depth": depth, "filters": 2, "norm": norm, "side": 2 ** depth * 2,
            **more}


CASES = {
    "resnet-6blocks": generator(blocks=6),
    "resnet-9blocks-dropout": generator(blocks=9, dropout=True),
    "resnet-batch": generator("batch"),
    "resnet-none": generator("none"),
    "resnet-old": generator("tracked-instance", container="legacy"),
    "resnet-legacy": generator(container="legacy"),
    "resnet-legacy-views": generator(container="legacy", form="views"),
    "resnet-views": generator(form="views"),
    "resnet-half": generator(form="float16"),
    "resnet-bfloat16": generator(form="bfloat16", container="legacy"),
    "resnet-double": generator(form="float64"),
    "resnet-wrapped": generator(form="wrapped"),
    "resnet-protocol-4": generator(protocol=4),
    "resnet-protocol-5-legacy": generator(protocol=5, container="legacy"),
    "resnet-parameters": generator(form="parameters"),
    "resnet-grey": generator(inputs=1, outputs=1),
    "mobile": generator(separable=True, blocks=3),
    "mobile-batch": generator("batch", separable=True, blocks=1),
    "sub-mobile": generator(separable=True, widths=channels("4_4_8_4_8_6_4_2", 9)),
    "sub-mobile-6": generator(separable=True, widths=channels("4_2_4_6_2_4", 3)),
    "unet": u(),
    "unet-dropout": u(depth=7, dropout=True, side=128),
    "unet-256": u(depth=8, side=256),
    "unet-instance": u(norm="instance", inputs=1),
    "patch": {"kind": "patch", "inputs": 3, "filters": 4, "layers": 3, "norm": "instance", "side": 32},
    "patch-batch": {"kind": "patch", "inputs": 6, "filters": 4, "layers": 4, "norm": "batch", "side": 64},
    "pixel": {"kind": "pixel", "inputs": 3, "filters": 4, "norm": "instance", "side": 8},
    "pixel-batch": {"kind": "pixel", "inputs": 3, "filters": 4, "norm": "batch", "side": 8},
}

FIXTURES = {
    "mobile-zip": generator(separable=True, blocks=1, filters=2, side=8),
    "resnet-legacy-half": generator(blocks=1, filters=2, side=8, form="float16", container="legacy"),
    "resnet-views": generator(blocks=1, filters=2, side=8, form="views", inputs=1, outputs=1),
}


def reshaped(state, form):
    """The same values held in another way; half precision rounds them, so the network is given the rounded ones."""
    if form in ("float16", "bfloat16", "float64"):
        kind = getattr(torch, form)
        return OrderedDict((name, value.to(kind) if value.is_floating_point() else value) for name, value in state.items())
    if form == "views":
        # All tensors in one storage, every other one with its axes in another order: offsets and strides everywhere.
        flat = torch.zeros(3 + sum(value.numel() for value in state.values()))
        views, offset = OrderedDict(), 3
        for index, (name, value) in enumerate(state.items()):
            axes = list(range(value.dim()))[:: -1 if index % 2 == 0 else 1]
            view = flat[offset : offset + value.numel()].view([value.shape[axis] for axis in axes])
            view = view.permute([axes.index(axis) for axis in range(value.dim())])
            view.copy_(value)
            views[name] = view
            offset += value.numel()
        return views
    return state


def save(arch, path):
    net = build(arch)
    form = arch.get("form")
    state = reshaped(net.state_dict(), form)
    net.load_state_dict(state)
    if form == "wrapped":
        state = {"epoch": 3, "state_dict": OrderedDict(("module." + name, value) for name, value in state.items())}
    if form == "parameters":
        state = dict(net.named_parameters())
    torch.save(state, path, pickle_protocol=arch.get("protocol", 2),
               _use_new_zipfile_serialization=arch.get("container") != "legacy")
    x = image(arch)
    with torch.no_grad():
        return x, net(x)


def write(path, tensor):
    path.write_bytes(tensor.permute(0, 2, 3, 1).contiguous().numpy().astype("<f4").tobytes())


def save_all(cases, directory):
    directory.mkdir(parents=True, exist_ok=True)
    for name, arch in cases.items():
        x, y = save(arch, directory / f"{name}.pth")
        write(directory / f"{name}.in.f32", x)
        write(directory / f"{name}.out.f32", y)
    (directory / "cases.json").write_text(json.dumps(cases, indent=2) + "\n")


def run_all(directory):
    """Loads what was exported from each case as strictly as PyTorch can, and runs it on the case's input."""
    for name, arch in json.loads((directory / "cases.json").read_text()).items():
        file = directory / f"{name}.exported.pth"
        if not file.exists():
            continue
        net = build({**arch, "norm": arch["norm"].removeprefix("tracked-")})
        net.load_state_dict(torch.load(file, weights_only=True), strict=True)
        with torch.no_grad():
            write(directory / f"{name}.exported.f32", net(image(arch)))


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    torch.set_num_threads(1)
    if command == "save":
        save_all(CASES, Path(arguments[0]))
    elif command == "fixtures":
        save_all(FIXTURES, Path(arguments[0]))
    elif command == "run":
        run_all(Path(arguments[0]))
    else:
        sys.exit(__doc__)
