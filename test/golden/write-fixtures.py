"""Writes the golden fixtures beside this file (or into the folder given): what PyTorch 2 on a CPU makes of the
networks, objectives, training steps and schedules. All of it is computed in float64, so that the only rounding in a
comparison is the other side's; `--float32` also tells how far PyTorch itself is from that in float32.
"""

import argparse
import copy
import json
from pathlib import Path

import fixture_file
import networks
import objectives
import torch
from stream import Stream, image_batch, uniform_tensor
from torch import nn

SMALL = {"filters": 4, "blocks": 1}

# `stored`: large images are kept at every third row and column, which meets both phases of the transposed convs.

NETWORKS: dict[str, dict] = {
    "resnet-instance": {"network": "resnet", "options": {**SMALL, "blocks": 2, "norm": "instance"}},
    "resnet-instance-resize": {
        "network": "resnet",
        "options": {**SMALL, "norm": "instance", "upsampling": "resize"},
    },
    "resnet-batch": {"network": "resnet", "options": {**SMALL, "norm": "batch"}, "shape": [2, 16, 20, 3]},
    "resnet-none": {"network": "resnet", "options": {**SMALL, "norm": "none"}},
    "resnet-grey-to-colour": {
        "network": "resnet",
        "options": {**SMALL, "norm": "instance", "inputChannels": 1},
        "shape": [1, 24, 16, 1],
    },
    "mobile-resnet-instance": {
        "network": "mobile-resnet",
        "options": {**SMALL, "blocks": 2, "norm": "instance"},
    },
    "mobile-resnet-batch": {"network": "mobile-resnet", "options": {**SMALL, "norm": "batch"}},
    "unet-instance": {
        "network": "unet",
        "options": {"depth": 7, "filters": 2, "norm": "instance"},
        "shape": [1, 128, 128, 3],
        "stored": 3,
    },
    "unet-batch": {
        "network": "unet",
        "options": {"depth": 7, "filters": 2, "norm": "batch"},
        "shape": [2, 128, 128, 3],
        "stored": 3,
    },
    "patch-1layer-instance": {"network": "patch", "options": {"filters": 4, "layers": 1, "norm": "instance"}},
    "patch-3layers-instance": {
        "network": "patch",
        "options": {"filters": 4, "layers": 3, "norm": "instance"},
        "shape": [2, 32, 32, 3],
    },
    "patch-3layers-batch": {
        "network": "patch",
        "options": {"filters": 4, "layers": 3, "norm": "batch", "inputChannels": 6},
        "shape": [2, 32, 32, 6],
    },
    "patch-2layers-none": {"network": "patch", "options": {"filters": 4, "layers": 2, "norm": "none"}},
    "pixel-instance": {"network": "pixel", "options": {"filters": 4, "norm": "instance"}},
    "pixel-batch": {"network": "pixel", "options": {"filters": 4, "norm": "batch"}},
}

# Each `config` is one of this project's training configurations, what goes without saying left out. Adam's first steps
# are signs of gradients: with an unlucky seed one gradient is so near zero that float32 gives it the other sign and ten
# steps end 1e-2 apart, PyTorch's own in float32 too. With these seeds PyTorch's stay within 1e-5 (see --float32).
RESNET = {"kind": "resnet", "filters": 2, "blocks": 1}
BASELINE = {
    "norm": "instance",
    "generator": RESNET,
    "discriminator": {"filters": 4, "layers": 2},
    "schedule": {"policy": "linear", "constantEpochs": 1, "decayEpochs": 1},
    "poolSize": 2,
}
ABLATED = {"ganMode": "lsgan", "cycleWeightA": 10, "cycleWeightB": 8, "identityWeight": 0}
# Fewer patches than the first layers have places, more than the last ones have.
CONTRAST = {"patches": 40, "temperature": 0.07, "projectorWidth": 8}

STEPS: dict[str, dict] = {
    "steps-cyclegan-lsgan-instance": {
        "size": 16,
        "stepsPerEpoch": 2,
        "config": {
            "method": "cyclegan",
            "seed": 12,
            "norm": "instance",
            "generator": RESNET,
            "discriminator": {"filters": 4, "layers": 2},
            "loss": {"ganMode": "lsgan", "cycleWeightA": 10, "cycleWeightB": 10, "identityWeight": 0.5},
            "schedule": {"policy": "linear", "constantEpochs": 2, "decayEpochs": 3},
            "poolSize": 2,
        },
    },
    "steps-cyclegan-vanilla-batch": {
        "size": 16,
        "stepsPerEpoch": 2,
        "config": {
            "method": "cyclegan",
            "seed": 11,
            "norm": "batch",
            "generator": RESNET,
            "discriminator": {"filters": 4, "layers": 1},
            "loss": {"ganMode": "vanilla", "cycleWeightA": 10, "cycleWeightB": 7, "identityWeight": 0.3},
            "schedule": {"policy": "step", "stepEpochs": 2},
            "poolSize": 3,
        },
    },
    "steps-cyclegan-lsgan-mobile": {
        "size": 16,
        "stepsPerEpoch": 5,
        "config": {
            "method": "cyclegan",
            "seed": 18,
            "norm": "instance",
            "generator": {"kind": "mobile-resnet", "filters": 2, "blocks": 1},
            "discriminator": {"filters": 4, "layers": 2},
            "loss": {"ganMode": "lsgan", "cycleWeightA": 10, "cycleWeightB": 10, "identityWeight": 0.5},
            "schedule": {"policy": "linear", "constantEpochs": 1, "decayEpochs": 1},
            "poolSize": 2,
        },
    },
    "steps-cyclegan-wgangp-instance": {
        "size": 16,
        "stepsPerEpoch": 2,
        "config": {
            "method": "cyclegan",
            "seed": 13,
            "norm": "instance",
            "generator": RESNET,
            "discriminator": {"filters": 4, "layers": 1},
            "loss": {"ganMode": "wgangp", "gradientPenaltyWeight": 10, "identityWeight": 0},
            "schedule": {"policy": "cosine", "constantEpochs": 5},
            "poolSize": 2,
        },
    },
    "steps-pix2pix-vanilla-unet": {
        "size": 32,
        "stepsPerEpoch": 2,
        "batch": 2,
        "config": {
            "method": "pix2pix",
            "seed": 13,
            "norm": "batch",
            "generator": {"kind": "unet", "depth": 5, "filters": 2, "dropout": 0},
            "discriminator": {"filters": 2, "layers": 2},
            "loss": {"ganMode": "vanilla", "l1Weight": 100},
            "schedule": {"policy": "linear", "constantEpochs": 2, "decayEpochs": 3},
        },
    },
    **{
        f"steps-cyclegan-{objective}": {
            "size": 16,
            "stepsPerEpoch": 5,
            "config": BASELINE | {"method": "cyclegan", "seed": seed, "loss": ABLATED | {"objective": objective}},
        }
        for objective, seed in [("cycle-alone", 12), ("gan-alone", 12), ("gan-forward", 12)]
    },
    "steps-simgan": {
        "size": 16,
        "stepsPerEpoch": 5,
        "batch": 3,
        "config": BASELINE
        | {"method": "simgan", "seed": 12, "loss": {"ganMode": "lsgan", "selfRegularizationWeight": 10}},
    },
    "steps-feature-gan": {
        "size": 16,
        "stepsPerEpoch": 5,
        # Read behind its first activation and at its end.
        "features": {"filters": 4, "layers": 2, "norm": "none"},
        "config": BASELINE
        | {
            "method": "feature-gan",
            "seed": 12,
            "loss": {"ganMode": "lsgan", "featureWeight": 10},
            "features": {"directory": "features", "layers": ["patch1/leakyRelu", "logits/BiasAdd"], "range": "0..1"},
        },
    },
    "steps-bigan": {
        "size": 16,
        "stepsPerEpoch": 5,
        "config": BASELINE | {"method": "bigan", "seed": 12, "loss": {"ganMode": "lsgan"}},
    },
    "steps-cogan": {
        "size": 32,
        "stepsPerEpoch": 5,
        "batch": 4,
        "config": BASELINE
        | {
            "method": "cogan",
            "seed": 12,
            "norm": "batch",
            "generator": {"filters": 2},
            "discriminator": {"filters": 2},
            "loss": {"ganMode": "vanilla"},
            "coupling": {"latentSize": 6, "ownLayers": 2},
        },
    },
    "steps-cut": {
        "size": 16,
        "stepsPerEpoch": 5,
        "batch": 2,
        "config": BASELINE
        | {
            "method": "cut",
            "seed": 13,
            "loss": {"ganMode": "lsgan"},
            "contrast": CONTRAST | {"weight": 1, "identity": True, "flipEquivariance": False},
        },
    },
    "steps-fastcut": {
        "size": 16,
        "stepsPerEpoch": 5,
        "config": BASELINE
        | {
            "method": "fastcut",
            "seed": 12,
            "generator": RESNET | {"blocks": 2},
            "loss": {"ganMode": "lsgan"},
            "contrast": CONTRAST | {"weight": 10, "identity": False, "flipEquivariance": True},
        },
    },
}


def draw_weights(network: nn.Module, seed: int, label: str, kernel_bound: float | None = None) -> None:
    """Weights drawn by name: kernels uniform (Glorot's bound unless given), everything else near its neutral value.

    Biases in front of an instance norm have no name and no effect; they start at 0, as the reference's do.
    """
    for name, parameter in network.named_parameters():
        if name.endswith("bias"):
            nn.init.zeros_(parameter)
    for name, tensor, order in networks.weights_of(network):
        shape = [tensor.shape[axis] for axis in order] if order else list(tensor.shape)
        stream = Stream(seed).fork(f"{label}:{name}")
        role = name.rsplit("/", 1)[1]
        if role == "kernel":
            height, width, first, second = shape
            bound = kernel_bound or (6 / (height * width * (first + second))) ** 0.5
            values = uniform_tensor(stream, shape, -bound, bound)
        elif role in ("scale", "variance"):
            values = uniform_tensor(stream, shape, 0.8, 1.2)
        else:
            values = uniform_tensor(stream, shape, -0.1, 0.1)
        with torch.no_grad():
            inverse = [order.index(axis) for axis in range(len(order))] if order else None
            tensor.copy_(values.permute(inverse) if inverse else values)


def laid_out(network: nn.Module, of=lambda tensor: tensor) -> dict[str, torch.Tensor]:
    found = ((name, of(tensor), order) for name, tensor, order in networks.weights_of(network))
    return {
        name: value.detach().permute(order) if order else value.detach()
        for name, value, order in found
        if value is not None
    }


def channels_last(images: torch.Tensor) -> torch.Tensor:
    return images.detach().permute(0, 2, 3, 1)


def network_case(case: dict, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    network = networks.make_network(case["network"], case["options"]).double()
    draw_weights(network, case["seed"], "weights")
    network.to(dtype)
    x = image_batch(case["seed"], "input", case["shape"]).to(dtype).requires_grad_(True)
    tensors: dict[str, torch.Tensor] = {}

    def stored(images: torch.Tensor) -> torch.Tensor:
        every = case["stored"]
        return channels_last(images)[:, ::every, ::every]

    if case["options"]["norm"] == "batch":
        tensors["outputByRunningStatistics"] = stored(network.eval()(x))
    output = network.train()(x)
    projection = image_batch(case["seed"], "projection", list(channels_last(output).shape)).to(dtype)
    (output * projection).sum().backward()
    tensors["output"] = stored(output)
    tensors["gradient:input"] = stored(x.grad)
    gradients = laid_out(network, lambda tensor: tensor.grad)
    return tensors | {f"gradient:{name}": value for name, value in gradients.items()}


# What a method owns apart from generatorAB.
OWNED = {
    "cyclegan": ["discriminatorB", "generatorBA", "discriminatorA"],
    "pix2pix": ["discriminatorB"],
    "simgan": ["discriminatorB", "generatorBA", "discriminatorA"],
    "feature-gan": ["discriminatorB", "generatorBA", "discriminatorA"],
    "bigan": ["generatorBA", "discriminator"],
    "cut": ["discriminatorB"],
}
POOLED = {
    "cyclegan": ["fakeA", "fakeB"],
    "simgan": ["fakeA", "fakeB"],
    "feature-gan": ["fakeA", "fakeB"],
    "cogan": ["fakeA", "fakeB"],
    "bigan": ["pairAB", "pairBA"],
}


class Brightened(nn.Module):
    """A network that reads [0, 1] where it is shown [-1, 1]."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.network((x + 1) / 2)


def make_method(config: dict, dtype: torch.dtype, size: int, features: dict | None = None):
    """Networks with drawn weights, and pools that decide as this project's do."""
    method, loss = config["method"].replace("fastcut", "cut"), config["loss"]
    owned: dict[str, nn.Module] = {}

    def add(name: str, kind: str, options: dict) -> None:
        network = networks.make_network(kind, options).double()
        draw_weights(network, config["seed"], name, kernel_bound=0.06)
        owned[name] = network.to(dtype)

    if method == "cogan":
        coupling, depth = config["coupling"], size.bit_length() - 1
        own, norm = coupling["ownLayers"], config["norm"]
        drawing = {**config["generator"], "depth": depth, "norm": norm, "latent": coupling["latentSize"]}
        telling = {**config["discriminator"], "depth": depth, "norm": norm}
        add("generatorShared", "coupled-generator", {**drawing, "first": 1, "last": depth - own})
        for domain in "AB":
            add(f"generator{domain}", "coupled-generator", {**drawing, "first": depth - own + 1, "last": depth})
            add(f"discriminator{domain}", "coupled-discriminator", {**telling, "first": 1, "last": own})
        add("discriminatorShared", "coupled-discriminator", {**telling, "first": own + 1, "last": depth})
    for name in [] if method == "cogan" else ["generatorAB", *OWNED[method]]:
        judges = name.startswith("discriminator")
        if judges and loss.get("objective") == "cycle-alone":
            continue
        options = {"kind": "patch"} | config["discriminator"] if judges else config["generator"]
        pairs = judges and method in ("pix2pix", "bigan")
        plain = {key: value for key, value in options.items() if key != "kind"}
        add(name, options["kind"], {**plain, **({"inputChannels": 6} if pairs else {}), "norm": config["norm"]})
    pools = {}
    for name in POOLED.get(method, []):
        stream = Stream(config["seed"]).fork(f"pool:{name}")
        pools[name] = objectives.ImagePool(config["poolSize"], stream.uniform, stream.integer)
    mode = loss["ganMode"]
    if method == "pix2pix":
        return objectives.Pix2pix(owned, mode=mode, l1=loss["l1Weight"])
    if method == "simgan":
        return objectives.SimGan(owned, pools, mode=mode, weight=loss["selfRegularizationWeight"])
    if method == "feature-gan":
        network = networks.make_network("patch", features).double()
        draw_weights(network, config["seed"], "features")
        views = [Brightened(part.to(dtype)) for part in (network.model[:2], network)]
        return objectives.SimGan(owned, pools, mode=mode, weight=loss["featureWeight"], features=views)
    if method == "cogan":
        return objectives.CoGan(owned, pools, mode=mode, latent=config["coupling"]["latentSize"])
    if method == "bigan":
        return objectives.BiGan(owned, pools, mode=mode)
    if method == "cut":
        settings = config["contrast"]
        networks.freeze_unnamed(owned["generatorAB"])
        filters = config["generator"]["filters"]
        for index, channels in enumerate((3, filters * 2, filters * 4, filters * 4, filters * 4)):
            if index == 4 and config["generator"]["blocks"] < 2:
                continue
            add(f"projector{index + 1}", "projector", {"inputChannels": channels, "width": settings["projectorWidth"]})
        contrast = objectives.Contrast(
            settings["weight"],
            settings["identity"],
            settings["flipEquivariance"],
            settings["patches"],
            settings["temperature"],
        )
        return objectives.Cut(owned, mode=mode, contrast=contrast)
    weights = objectives.CycleGanWeights(
        loss.get("cycleWeightA", 10.0),
        loss.get("cycleWeightB", 10.0),
        loss["identityWeight"],
        loss.get("gradientPenaltyWeight", 0.0),
        loss.get("objective", "full"),
    )
    return objectives.CycleGan(owned, pools, mode=mode, weights=weights)


def mixing_of(seed: int, step: int, batch: int) -> dict[str, torch.Tensor]:
    """What this project draws in a step for each critic's penalty."""
    step_seed = Stream(seed).fork(f"step {step}").integer(2**32)
    drawn = {}
    for domain in "AB":
        stream = Stream(step_seed).fork(f"branch discriminator{domain}")
        drawn[domain] = torch.tensor([stream.uniform() for _ in range(batch)], dtype=torch.float64)
    return drawn


def step_case(case: dict, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    config = case["config"]
    seed, schedule, batch = config["seed"], config["schedule"], case.get("batch", 1)
    method = make_method(config, dtype, case["size"], case.get("features"))
    schedulers = [objectives.make_scheduler(optimizer, schedule["policy"], schedule) for optimizer in method.optimizers]
    shape = [batch, case["size"], case["size"], 3]
    history: dict[str, list[float]] = {}
    for step in range(1, case["steps"] + 1):
        a, b = (image_batch(seed, f"{domain}{step}", shape).to(dtype) for domain in "AB")
        if isinstance(method, objectives.CycleGan):
            mixing = {domain: share.to(dtype) for domain, share in mixing_of(seed, step, batch).items()}
            losses = method.step(a, b, mixing)
        elif isinstance(method, objectives.Cut | objectives.CoGan):
            step_seed = Stream(seed).fork(f"step {step}").integer(2**32)
            losses = method.step(a, b, lambda branch: Stream(step_seed).fork(f"branch {branch}"))
        else:
            losses = method.step(a, b)
        for name, loss in losses.items():
            history.setdefault(name, []).append(loss)
        if step % case["stepsPerEpoch"] == 0:
            for scheduler in schedulers:
                scheduler.step()
    tensors = {f"loss:{name}": torch.tensor(values) for name, values in history.items()}
    for name, network in method.networks.items():
        tensors |= {f"{name}:{weight}": value for weight, value in laid_out(network).items()}
    pools = getattr(method, "pools", {}).values()
    if config["loss"].get("objective") != "cycle-alone":
        assert all(pool.exchanges > 0 for pool in pools), "no pool exchange in these steps"
    return tensors


def loss_case(case: dict, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    tensors: dict[str, torch.Tensor] = {}
    for mode in ("lsgan", "vanilla", "wgangp"):
        for target in ("real", "fake"):
            logits = 5 * image_batch(case["seed"], "logits", case["logitsShape"]).to(dtype)
            logits.requires_grad_(True)
            loss = objectives.adversarial_loss(mode, logits, target == "real")
            loss.backward()
            tensors[f"{mode}:{target}"] = loss.reshape(1)
            tensors[f"{mode}:{target}:gradient"] = channels_last(logits.grad)
    for name, discriminator in case["discriminators"].items():
        network = networks.make_network(discriminator["network"], discriminator["options"]).double()
        draw_weights(network, case["seed"], "weights")
        network.to(dtype)
        real, fake = (image_batch(case["seed"], label, case["imagesShape"]).to(dtype) for label in ("real", "fake"))
        mix = torch.tensor(case["mix"], dtype=torch.float64).to(dtype)
        penalty = objectives.gradient_penalty(network, real, fake, mix, case["penaltyWeight"])
        penalty.backward()
        tensors[f"penalty:{name}"] = penalty.reshape(1)
        gradients = laid_out(network, lambda tensor: tensor.grad)
        tensors |= {f"penalty:{name}:gradient:{weight}": value for weight, value in gradients.items()}
    return tensors


LOSSES = {
    "seed": 21,
    "logitsShape": [2, 5, 5, 1],
    "imagesShape": [2, 16, 16, 3],
    "mix": [0.25, 0.875],
    "penaltyWeight": 10.0,
    "discriminators": {
        "patch-none": {"network": "patch", "options": {"filters": 4, "layers": 2, "norm": "none"}},
        "patch-instance": {"network": "patch", "options": {"filters": 4, "layers": 2, "norm": "instance"}},
        "patch-batch": {"network": "patch", "options": {"filters": 4, "layers": 1, "norm": "batch"}},
        "pixel-instance": {"network": "pixel", "options": {"filters": 4, "norm": "instance"}},
    },
}

SCHEDULES = {
    "epochs": 40,
    "learningRate": 2e-4,
    "policies": {
        "linear": {"constantEpochs": 12, "decayEpochs": 27},
        "step": {"stepEpochs": 9},
        "plateau": {},
        "cosine": {"constantEpochs": 15},
    },
}


def plateau_metrics(epochs: int) -> list[float]:
    """Falls, stalls within the threshold, falls again, then rises: every branch of the rule."""
    stream = Stream(31)
    level, metrics = 3.0, []
    for epoch in range(epochs):
        level *= 0.9 if epoch < 6 or 18 <= epoch < 22 else 0.9995 if epoch < 30 else 1.01
        metrics.append(level * (1 + 0.004 * stream.uniform()))
    return metrics


def schedule_case(case: dict, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    metrics = plateau_metrics(case["epochs"])
    tensors = {"metrics": torch.tensor(metrics, dtype=dtype)}
    for policy, options in case["policies"].items():
        optimizer = torch.optim.Adam([torch.zeros(1, requires_grad=True)], lr=case["learningRate"])
        scheduler = objectives.make_scheduler(optimizer, policy, options)
        rates = []
        for metric in metrics:
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step(*([metric] if policy == "plateau" else []))
        tensors[policy] = torch.tensor(rates, dtype=dtype)
    return tensors


def relative_difference(a: torch.Tensor, b: torch.Tensor) -> float:
    return float((a.detach() - b.detach()).abs().max() / b.detach().abs().max().clamp_min(1e-12))


def write_case(folder: Path, name: str, case: dict, compute, float32: bool) -> None:
    truth = compute(copy.deepcopy(case), torch.float64)
    fixture_file.write(folder / f"{name}.safetensors", truth, {"case": json.dumps(case)})
    if float32:
        single = compute(copy.deepcopy(case), torch.float32)
        worst = max(truth, key=lambda key: relative_difference(single[key], truth[key]))
        print(f"{name}: float32 is off by {relative_difference(single[worst], truth[worst]):.1e} in {worst}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent / "fixtures")
    parser.add_argument("--float32", action="store_true", help="also compute in float32 and tell the difference")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    cases = [
        (name, {"shape": [1, 16, 16, 3], "stored": 1, "seed": index} | case, network_case)
        for index, (name, case) in enumerate(NETWORKS.items(), 1)
    ]
    cases += [(name, {"steps": 10} | case, step_case) for name, case in STEPS.items()]
    cases.append(("losses", LOSSES, loss_case))
    cases.append(("schedules", SCHEDULES, schedule_case))
    for name, case, compute in cases:
        write_case(arguments.folder, name, case, compute, arguments.float32)


if __name__ == "__main__":
    main()
