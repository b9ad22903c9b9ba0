"""The networks of CycleGAN, pix2pix and GAN Compression in plain PyTorch.

Modules stand where junyanz/pytorch-CycleGAN-and-pix2pix and mit-han-lab/gan-compression put them, so a `state_dict` has
their keys. Every module that owns weights carries the id by which this project names them (`layer_id`). As in the
reference, convs in front of an instance norm carry a bias (this project leaves it out: the norm removes it) and convs
in front of a batch norm, or of none, do not.
"""

from collections.abc import Iterator

import torch
from torch import nn


def named(module: nn.Module, layer_id: str) -> nn.Module:
    module.layer_id = layer_id
    return module


def make_norm(norm: str, channels: int, layer_id: str) -> nn.Module:
    if norm == "batch":
        return named(nn.BatchNorm2d(channels), f"{layer_id}/norm")
    if norm == "instance":
        return nn.InstanceNorm2d(channels)
    return nn.Identity()


class ResidualBlock(nn.Module):
    """Reflect-padded conv, norm, ReLU, (dropout,) conv, norm, added to the input without a ReLU after it."""

    def __init__(self, channels: int, norm: str, block: str, dropout: float, separable: bool) -> None:
        super().__init__()

        def half(part: str) -> list[nn.Module]:
            layer_id = f"{block}/{part}"
            bias = norm == "instance"
            if separable:
                conv: nn.Module = SeparableConv(channels, norm, layer_id)
                last = f"{layer_id}/pointwise"
            else:
                conv = named(nn.Conv2d(channels, channels, 3, bias=bias), layer_id)
                last = layer_id
            return [nn.ReflectionPad2d(1), conv, make_norm(norm, channels, last)]

        between: list[nn.Module] = [nn.ReLU()]
        # GAN Compression keeps the place of the dropout even at rate 0.
        if dropout > 0 or separable:
            between.append(nn.Dropout(dropout))
        self.conv_block = nn.Sequential(*half("conv1"), *between, *half("conv2"))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.conv_block(x)


class SeparableConv(nn.Module):
    """Depthwise 3×3, norm, pointwise 1×1 (GAN Compression)."""

    def __init__(self, channels: int, norm: str, layer_id: str) -> None:
        super().__init__()
        bias = norm == "instance"
        depthwise, pointwise = f"{layer_id}/depthwise", f"{layer_id}/pointwise"
        self.conv = nn.Sequential(
            named(nn.Conv2d(channels, channels, 3, groups=channels, bias=bias), depthwise),
            make_norm(norm, channels, depthwise),
            named(nn.Conv2d(channels, channels, 1, bias=bias), pointwise),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(x)


class ResnetGenerator(nn.Module):
    def __init__(
        self,
        *,
        filters: int = 64,
        blocks: int = 9,
        norm: str = "instance",
        upsampling: str = "transposed",
        dropout: float = 0.0,
        mobile: bool = False,
        inputChannels: int = 3,
        outputChannels: int = 3,
    ) -> None:
        super().__init__()
        bias = norm == "instance"

        def block(layer_id: str, conv: nn.Module, width: int) -> list[nn.Module]:
            return [named(conv, layer_id), make_norm(norm, width, layer_id), nn.ReLU()]

        model: list[nn.Module] = [
            nn.ReflectionPad2d(3),
            *block("stem", nn.Conv2d(inputChannels, filters, 7, bias=bias), filters),
        ]
        for index, width in enumerate((filters, filters * 2), 1):
            conv = nn.Conv2d(width, width * 2, 3, stride=2, padding=1, bias=bias)
            model += block(f"down{index}", conv, width * 2)
        for index in range(1, blocks + 1):
            model.append(ResidualBlock(filters * 4, norm, f"block{index}", dropout, mobile))
        for index, width in enumerate((filters * 2, filters), 1):
            if upsampling == "transposed":
                conv = nn.ConvTranspose2d(width * 2, width, 3, stride=2, padding=1, output_padding=1, bias=bias)
            else:
                model += [nn.Upsample(scale_factor=2, mode="nearest"), nn.ReflectionPad2d(1)]
                conv = nn.Conv2d(width * 2, width, 3, bias=bias)
            model += block(f"up{index}", conv, width)
        model += [nn.ReflectionPad2d(3), named(nn.Conv2d(filters, outputChannels, 7), "head"), nn.Tanh()]
        self.model = nn.Sequential(*model)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.model(x)

    def features(self, x: torch.Tensor) -> list[torch.Tensor]:
        """What CUT compares: the pixels, both down-sampling convs, the first and the fifth (or last) residual block."""
        found, blocks = [x], []
        for module in self.model:
            x = module(x)
            if getattr(module, "layer_id", None) in ("down1", "down2"):
                found.append(x)
            if isinstance(module, ResidualBlock):
                blocks.append(x)
        return [*found, blocks[0], *blocks[1:5][-1:]]


class UnetLevel(nn.Module):
    """One level of the U-Net: down, everything deeper, up; concatenated to its input except at the outermost."""

    def __init__(
        self,
        level: int,
        *,
        outer: int,
        inner: int,
        deeper: nn.Module | None,
        norm: str,
        dropout: float = 0.0,
        input_channels: int | None = None,
    ) -> None:
        super().__init__()
        self.outermost = level == 1
        bias = norm == "instance"
        down_id, up_id = f"down{level}", f"up{level}"
        down = named(nn.Conv2d(input_channels or outer, inner, 4, stride=2, padding=1, bias=bias), down_id)
        up_inputs = inner if deeper is None else inner * 2
        up_bias = bias or self.outermost
        up = named(nn.ConvTranspose2d(up_inputs, outer, 4, stride=2, padding=1, bias=up_bias), up_id)
        if self.outermost:
            model = [down, deeper, nn.ReLU(), up, nn.Tanh()]
        elif deeper is None:
            model = [nn.LeakyReLU(0.2), down, nn.ReLU(), up, make_norm(norm, outer, up_id)]
        else:
            lower = [nn.LeakyReLU(0.2), down, make_norm(norm, inner, down_id)]
            model = [*lower, deeper, nn.ReLU(), up, make_norm(norm, outer, up_id)]
            if dropout > 0:
                model.append(nn.Dropout(dropout))
        self.model = nn.Sequential(*model)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.model(x) if self.outermost else torch.cat([x, self.model(x)], 1)


class UnetGenerator(nn.Module):
    def __init__(
        self,
        *,
        depth: int = 8,
        filters: int = 64,
        norm: str = "batch",
        dropout: float = 0.0,
        inputChannels: int = 3,
        outputChannels: int = 3,
    ) -> None:
        super().__init__()
        widths = [filters * min(2**level, 8) for level in range(depth)]
        deeper: UnetLevel | None = None
        for level in range(depth, 0, -1):
            deeper = UnetLevel(
                level,
                outer=outputChannels if level == 1 else widths[level - 2],
                inner=widths[level - 1],
                deeper=deeper,
                norm=norm,
                # Three levels in depth 8 (two in depth 7): those between the innermost and the first of full width.
                dropout=dropout if 5 <= level < depth else 0.0,
                input_channels=inputChannels if level == 1 else None,
            )
        self.model = deeper

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.model(x)


class PatchDiscriminator(nn.Module):
    def __init__(
        self, *, filters: int = 64, layers: int = 3, norm: str = "instance", inputChannels: int = 3
    ) -> None:
        super().__init__()
        bias = norm == "instance"
        conv = named(nn.Conv2d(inputChannels, filters, 4, stride=2, padding=1), "patch1")
        model: list[nn.Module] = [conv, nn.LeakyReLU(0.2)]
        width = filters
        for index in range(1, layers + 1):
            before, width = width, filters * min(2**index, 8)
            stride = 2 if index < layers else 1
            layer_id = f"patch{index + 1}"
            conv = named(nn.Conv2d(before, width, 4, stride=stride, padding=1, bias=bias), layer_id)
            model += [conv, make_norm(norm, width, layer_id), nn.LeakyReLU(0.2)]
        model.append(named(nn.Conv2d(width, 1, 4, padding=1), "logits"))
        self.model = nn.Sequential(*model)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.model(x)


class PixelDiscriminator(nn.Module):
    def __init__(self, *, filters: int = 64, norm: str = "instance", inputChannels: int = 3) -> None:
        super().__init__()
        bias = norm == "instance"
        self.net = nn.Sequential(
            named(nn.Conv2d(inputChannels, filters, 1), "pixel1"),
            nn.LeakyReLU(0.2),
            named(nn.Conv2d(filters, filters * 2, 1, bias=bias), "pixel2"),
            make_norm(norm, filters * 2, "pixel2"),
            nn.LeakyReLU(0.2),
            named(nn.Conv2d(filters * 2, 1, 1, bias=bias), "logits"),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.net(x)


class PatchProjector(nn.Module):
    """CUT's two-layer perceptron, its linear layers as 1×1 convs over `[batch, channels, patches, 1]`."""

    def __init__(self, *, inputChannels: int, width: int = 256) -> None:
        super().__init__()
        hidden = named(nn.Conv2d(inputChannels, width, 1), "hidden")
        self.model = nn.Sequential(hidden, nn.ReLU(), named(nn.Conv2d(width, width, 1), "embedding"))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.model(x)


class CoupledGenerator(nn.Module):
    """CoGAN's layers `first` to `last` of `depth` from a latent to an image; the image's is the last of them all."""

    def __init__(
        self, *, depth: int, first: int, last: int, filters: int, latent: int, norm: str, imageChannels: int = 3
    ) -> None:
        super().__init__()

        def width(layer: int) -> int:
            return latent if layer == 0 else filters * min(2 ** (depth - 1 - layer), 8)

        model: list[nn.Module] = []
        for layer in range(first, last + 1):
            drawn = layer == depth
            channels = imageChannels if drawn else width(layer)
            bias = drawn or norm == "instance"
            conv = nn.ConvTranspose2d(width(layer - 1), channels, 4, stride=2, padding=1, bias=bias)
            model.append(named(conv, f"up{layer}"))
            model += [nn.Tanh()] if drawn else [make_norm(norm, channels, f"up{layer}"), nn.ReLU()]
        self.model = nn.Sequential(*model)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.model(x)


class CoupledDiscriminator(nn.Module):
    """CoGAN's layers `first` to `last` of `depth` from an image to one logit."""

    def __init__(
        self, *, depth: int, first: int, last: int, filters: int, norm: str, imageChannels: int = 3
    ) -> None:
        super().__init__()

        def width(layer: int) -> int:
            return imageChannels if layer == 0 else filters * min(2 ** (layer - 1), 8)

        model: list[nn.Module] = []
        for layer in range(first, last + 1):
            judges, bare = layer == depth, layer == 1
            channels = 1 if judges else width(layer)
            bias = judges or bare or norm == "instance"
            conv = nn.Conv2d(width(layer - 1), channels, 4, stride=2, padding=1, bias=bias)
            model.append(named(conv, "logits" if judges else f"down{layer}"))
            if not judges:
                model += [] if bare else [make_norm(norm, channels, f"down{layer}")]
                model.append(nn.LeakyReLU(0.2))
        self.model = nn.Sequential(*model)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.model(x)


def make_network(kind: str, options: dict[str, object]) -> nn.Module:
    if kind == "resnet":
        return ResnetGenerator(**options)
    if kind == "mobile-resnet":
        return ResnetGenerator(**options, mobile=True)
    if kind == "unet":
        return UnetGenerator(**options)
    if kind == "patch":
        return PatchDiscriminator(**options)
    if kind == "pixel":
        return PixelDiscriminator(**options)
    if kind == "projector":
        return PatchProjector(**options)
    if kind == "coupled-generator":
        return CoupledGenerator(**options)
    if kind == "coupled-discriminator":
        return CoupledDiscriminator(**options)
    raise ValueError(f"there is no network {kind}")


def weights_of(network: nn.Module) -> Iterator[tuple[str, torch.Tensor, tuple[int, ...] | None]]:
    """This project's name of every weight, the tensor, and the permutation that lays it out as this project does.

    Biases in front of an instance norm have no name here and are left out.
    """
    for module in network.modules():
        layer_id = getattr(module, "layer_id", None)
        if layer_id is None:
            continue
        if isinstance(module, nn.BatchNorm2d):
            yield f"{layer_id}/scale", module.weight, None
            yield f"{layer_id}/shift", module.bias, None
            yield f"{layer_id}/mean", module.running_mean, None
            yield f"{layer_id}/variance", module.running_var, None
            continue
        depthwise = isinstance(module, nn.Conv2d) and module.groups > 1
        yield f"{layer_id}/kernel", module.weight, (2, 3, 0, 1) if depthwise else (2, 3, 1, 0)
        if module.bias is not None and not precedes_instance_norm(network, module):
            yield f"{layer_id}/bias", module.bias, None


def freeze_unnamed(network: nn.Module) -> None:
    """Keeps biases in front of an instance norm at 0.

    They move what CUT reads between the conv and the norm, by no more than the biases of its projectors can.
    """
    for module in network.modules():
        if getattr(module, "bias", None) is not None and precedes_instance_norm(network, module):
            module.bias.requires_grad_(False)


def precedes_instance_norm(network: nn.Module, conv: nn.Module) -> bool:
    for module in network.modules():
        if isinstance(module, nn.Sequential):
            children = list(module)
            for child, following in zip(children, children[1:]):
                inside = child is conv or (isinstance(child, SeparableConv) and child.conv[-1] is conv)
                if inside and isinstance(following, nn.InstanceNorm2d):
                    return True
    return False
