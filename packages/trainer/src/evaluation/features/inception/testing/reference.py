"""Writes FID's Inception-v3 with random weights and what it finds in a picture: reference.py FOLDER.

The network is torchvision's, changed as FID defines it: its average pools leave out what lies beyond the edge, and the last
layer's pool is a maximum.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

# Wheels of different builds lack torchvision's compiled operators, of which no classifier has any.
library = torch.library.Library("torchvision", "FRAGMENT")
for operator in ("nms", "qnms"):
    library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import torchvision.models.inception as parts  # noqa: E402

folder = Path(sys.argv[1])
torch.manual_seed(1)

pool_as_it_is = functional.avg_pool2d


def pool_inside(input, kernel_size, stride=None, padding=0):
    return pool_as_it_is(input, kernel_size, stride, padding, count_include_pad=False)


parts.F.avg_pool2d = pool_inside
network = parts.Inception3(num_classes=1008, aux_logits=False, transform_input=False, init_weights=False)


def last_layer(input):
    parts.F.avg_pool2d = lambda value, **options: functional.max_pool2d(value, **options)
    try:
        return type(network.Mixed_7c).forward(network.Mixed_7c, input)
    finally:
        parts.F.avg_pool2d = pool_inside


network.Mixed_7c.forward = last_layer

side = 96
image = functional.interpolate(torch.rand(1, 3, 12, 12), size=(side, side), mode="bilinear")
image = torch.round(image * 255) / 255
resized = functional.interpolate(image, size=(299, 299), mode="bilinear", align_corners=False) * 2 - 1

# Running statistics of these very activations: else random layers end in nothing or in infinity.
for module in network.modules():
    if isinstance(module, torch.nn.BatchNorm2d):
        module.momentum = 1.0
        torch.nn.init.uniform_(module.weight, 0.5, 1.5)
        torch.nn.init.uniform_(module.bias, -0.5, 0.5)
features = []
network.avgpool.register_forward_hook(lambda _, __, output: features.append(output))
with torch.no_grad():
    network.train()
    network(torch.cat([resized, resized.flip(3)]))
    network.eval()
    network(resized)

torch.save(network.state_dict(), folder / "inception.pth")
np.round(image[0].permute(1, 2, 0).numpy() * 255).astype(np.uint8).tofile(folder / "picture.rgb")
features[-1].flatten().numpy().astype("<f4").tofile(folder / "features.f32")
