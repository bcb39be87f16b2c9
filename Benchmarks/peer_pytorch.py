#!/usr/bin/env python3
"""Throughput of PyTorch on the networks of the presets: whole training steps, as `cnntop bench` times them, or inference.

A step gathers samples from memory (bytes; floats for signals), normalises them, goes forward and backward, and updates
the weights (SGD with momentum). Prints one JSON document: images per second of each mode, the median of several
windows, and the process's peak memory.
"""
import argparse
import json
import resource
import statistics
import sys
import time
import warnings

import torch
from torch import nn


def block(inputs, outputs, pool):
    layers = [nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
    return layers + ([nn.MaxPool2d(2)] if pool else [])


def fashion_mnist(width=1):
    a, b, c = 8 * width, 16 * width, 32 * width
    return nn.Sequential(
        *block(1, a, True), *block(a, b, True), *block(b, c, False), nn.Flatten(), nn.Linear(c * 7 * 7, 10))


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(800, 500), nn.ReLU(inplace=True), nn.Linear(500, 10))


def cifar10_quick():
    return nn.Sequential(
        nn.Conv2d(3, 32, 5, padding=2), nn.MaxPool2d(3, 2, ceil_mode=True), nn.ReLU(inplace=True),
        nn.Conv2d(32, 32, 5, padding=2), nn.ReLU(inplace=True), nn.AvgPool2d(3, 2, ceil_mode=True),
        nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(inplace=True), nn.AvgPool2d(3, 2, ceil_mode=True),
        nn.Flatten(), nn.Linear(1024, 64), nn.Linear(64, 10))


def chromatograms():
    layers = []
    for inputs, outputs in [(1, 16), (16, 32), (32, 64)]:
        layers += [nn.Conv1d(inputs, outputs, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool1d(2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(64 * 12, 30), nn.ReLU(inplace=True), nn.Linear(30, 4))


class Residual(nn.Module):
    """Two 3×3 convolutions; the shortcut is the identity, a projection, or every second pixel and zeros (option A)."""

    def __init__(self, inputs, outputs, stride, projects):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        self.missing = outputs - inputs
        self.projection = None
        if self.missing and projects:
            self.projection = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        shortcut = x
        if self.projection is not None:
            shortcut = self.projection(x)
        elif self.missing:
            half = self.missing // 2
            shortcut = nn.functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, half, half))
        return torch.relu_(self.body(x) + shortcut)


def residual_stages(widths, blocks, projects):
    layers, inputs = [], widths[0]
    for stage, outputs in enumerate(widths):
        for index in range(blocks):
            layers.append(Residual(inputs, outputs, 2 if stage and index == 0 else 1, projects))
            inputs = outputs
    return layers + [nn.AdaptiveAvgPool2d(1), nn.Flatten()]


def resnet20():
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True),
        *residual_stages([16, 32, 64], 3, False), nn.Linear(64, 10))


def resnet18():
    return nn.Sequential(
        nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1),
        *residual_stages([64, 128, 256, 512], 2, True), nn.Linear(512, 1000))


def alexnet():
    def norm():
        return nn.LocalResponseNorm(5, 1e-4, 0.75, 1)

    return nn.Sequential(
        nn.Conv2d(3, 96, 11, 4), nn.ReLU(inplace=True), norm(), nn.MaxPool2d(3, 2),
        nn.Conv2d(96, 256, 5, padding=2, groups=2), nn.ReLU(inplace=True), norm(), nn.MaxPool2d(3, 2),
        nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(inplace=True),
        nn.Conv2d(384, 384, 3, padding=1, groups=2), nn.ReLU(inplace=True),
        nn.Conv2d(384, 256, 3, padding=1, groups=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(9216, 4096), nn.ReLU(inplace=True), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(inplace=True),
        nn.Dropout(), nn.Linear(4096, 1000))


def vgg19():
    layers, inputs = [], 3
    for outputs, count in [(64, 2), (128, 2), (256, 4), (512, 4), (512, 4)]:
        for _ in range(count):
            layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(inplace=True)]
            inputs = outputs
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(
        *layers, nn.Flatten(), nn.Linear(25088, 4096), nn.ReLU(inplace=True), nn.Dropout(), nn.Linear(4096, 4096),
        nn.ReLU(inplace=True), nn.Dropout(), nn.Linear(4096, 1000))


def convolution(inputs, outputs, size, padding=0, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, size, stride, padding), nn.ReLU(inplace=True))


class Parallel(nn.Module):
    """Branches side by side, their channels one after the other."""

    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


def fire(inputs, squeeze, expand):
    return nn.Sequential(
        convolution(inputs, squeeze, 1), Parallel(convolution(squeeze, expand, 1), convolution(squeeze, expand, 3, 1)))


def squeezenet():
    def pool():
        return nn.MaxPool2d(3, 2, ceil_mode=True)

    return nn.Sequential(
        convolution(3, 64, 3, stride=2), pool(), fire(64, 16, 64), fire(128, 16, 64), pool(), fire(128, 32, 128),
        fire(256, 32, 128), pool(), fire(256, 48, 192), fire(384, 48, 192), fire(384, 64, 256), fire(512, 64, 256),
        nn.Dropout(), convolution(512, 1000, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten())


def inception(inputs, ones, reduce3, threes, reduce5, fives, pooled):
    return Parallel(
        convolution(inputs, ones, 1), nn.Sequential(convolution(inputs, reduce3, 1), convolution(reduce3, threes, 3, 1)),
        nn.Sequential(convolution(inputs, reduce5, 1), convolution(reduce5, fives, 5, 2)),
        nn.Sequential(nn.MaxPool2d(3, 1, 1), convolution(inputs, pooled, 1)))


def googlenet():
    def pool():
        return nn.MaxPool2d(3, 2, ceil_mode=True)

    def norm():
        return nn.LocalResponseNorm(5, 1e-4, 0.75, 1)

    return nn.Sequential(
        convolution(3, 64, 7, 3, 2), pool(), norm(), convolution(64, 64, 1), convolution(64, 192, 3, 1), norm(), pool(),
        inception(192, 64, 96, 128, 16, 32, 32), inception(256, 128, 128, 192, 32, 96, 64), pool(),
        inception(480, 192, 96, 208, 16, 48, 64), inception(512, 160, 112, 224, 24, 64, 64),
        inception(512, 128, 128, 256, 24, 64, 64), inception(512, 112, 144, 288, 32, 64, 64),
        inception(528, 256, 160, 320, 32, 128, 128), pool(), inception(832, 256, 160, 320, 32, 128, 128),
        inception(832, 384, 192, 384, 48, 128, 128), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.4),
        nn.Linear(1024, 1000))


class Bottleneck(nn.Module):
    def __init__(self, inputs, narrow, stride):
        super().__init__()
        outputs = 4 * narrow

        def normalized(inputs, outputs, size, stride=1):
            return [nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs)]

        self.body = nn.Sequential(
            *normalized(inputs, narrow, 1), nn.ReLU(inplace=True), *normalized(narrow, narrow, 3, stride),
            nn.ReLU(inplace=True), *normalized(narrow, outputs, 1))
        self.shortcut = nn.Identity() if inputs == outputs else nn.Sequential(*normalized(inputs, outputs, 1, stride))

    def forward(self, x):
        return torch.relu_(self.body(x) + self.shortcut(x))


def resnet50():
    layers, inputs = [], 64
    for stage, (narrow, count) in enumerate([(64, 3), (128, 4), (256, 6), (512, 3)]):
        for index in range(count):
            layers.append(Bottleneck(inputs, narrow, 2 if stage and index == 0 else 1))
            inputs = 4 * narrow
    return nn.Sequential(
        nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1),
        *layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2048, 1000))


# Maker, shape of a sample, classes, number of samples in memory (as many as cnntop's random samples, or its data).
NETWORKS = {
    "fashion-mnist": (fashion_mnist, (1, 28, 28), 10, 54_000),
    "lenet": (lenet, (1, 28, 28), 10, 54_000),
    "cifar10-quick": (cifar10_quick, (3, 32, 32), 10, 16_384),
    "chromatograms": (chromatograms, (1, 100), 4, 5_400),
    "resnet20-cifar10": (resnet20, (3, 32, 32), 10, 16_384),
    "alexnet": (alexnet, (3, 227, 227), 1000, 325),
    "resnet18": (resnet18, (3, 224, 224), 1000, 334),
    "vgg19": (vgg19, (3, 224, 224), 1000, 334),
    "googlenet": (googlenet, (3, 224, 224), 1000, 334),
    "resnet50": (resnet50, (3, 224, 224), 1000, 334),
    "squeezenet": (squeezenet, (3, 224, 224), 1000, 334),
}
MODES = ["eager", "fused", "channels_last", "compile"]


class Predictor:
    """Floats in, logits out."""

    def __init__(self, preset, mode, batch):
        make, shape, _, _ = NETWORKS[preset]
        layout = torch.channels_last if mode == "channels_last" and len(shape) == 3 else torch.contiguous_format
        self.batch = batch
        self.samples = torch.rand(batch, *shape).contiguous(memory_format=layout)
        network = make().eval().to(memory_format=layout)
        if mode == "frozen":
            network = torch.jit.optimize_for_inference(torch.jit.trace(network, self.samples))
        self.network = torch.compile(network) if mode == "compile" else network

    def step(self):
        with torch.inference_mode():
            self.network(self.samples)


class Trainer:
    def __init__(self, preset, mode, batch):
        torch.manual_seed(1)
        make, shape, classes, count = NETWORKS[preset]
        if len(shape) == 2 and mode == "channels_last":
            raise ValueError("channels_last needs pictures")
        self.images = torch.rand(count, *shape) if len(shape) == 2 else torch.randint(
            0, 256, (count, *shape), dtype=torch.uint8)
        self.labels = torch.randint(0, classes, (count,))
        self.batch = batch
        self.layout = torch.channels_last if mode == "channels_last" else torch.contiguous_format
        network = make().to(memory_format=self.layout)
        self.optimizer = torch.optim.SGD(
            network.parameters(), lr=1e-4, momentum=0.9, weight_decay=1e-4, fused=mode != "eager")
        self.network = torch.compile(network) if mode == "compile" else network
        self.loss = nn.CrossEntropyLoss()
        self.order = torch.randperm(count)
        self.taken = 0

    def step(self):
        if self.taken + self.batch > len(self.order):
            self.order, self.taken = torch.randperm(len(self.order)), 0
        chosen = self.order[self.taken:self.taken + self.batch]
        self.taken += self.batch
        inputs = self.images[chosen]
        if inputs.dtype == torch.uint8:
            inputs = (inputs.float() - 72.9) * (1 / 90.0)
            inputs = inputs.contiguous(memory_format=self.layout)
        self.optimizer.zero_grad(set_to_none=True)
        self.loss(self.network(inputs), self.labels[chosen]).backward()
        self.optimizer.step()


def images_per_second(worker, windows, seconds):
    start = time.perf_counter()
    for _ in range(10):
        worker.step()
        if time.perf_counter() - start > seconds:
            break
    rates = []
    for _ in range(windows):
        start, steps = time.perf_counter(), 0
        while time.perf_counter() - start < seconds or not steps:
            worker.step()
            steps += 1
        rates.append(steps * worker.batch / (time.perf_counter() - start))
    return rates


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("preset", choices=NETWORKS)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--batch", type=int, default=128)
    options.add_argument("--windows", type=int, default=7)
    options.add_argument("--seconds", type=float, default=1.0)
    options.add_argument("--inference", action="store_true")
    options.add_argument(
        "--modes", default="eager,fused,channels_last,compile",
        help=f"of {', '.join(MODES)}; with --inference eager, channels_last, frozen, compile")
    arguments = options.parse_args()
    torch.set_num_threads(arguments.threads)
    warnings.filterwarnings("ignore")
    rates = {}
    for mode in arguments.modes.split(","):
        try:
            worker = (Predictor if arguments.inference else Trainer)(arguments.preset, mode, arguments.batch)
            rates[mode] = images_per_second(worker, arguments.windows, arguments.seconds)
        except Exception as error:  # torch.compile needs a C++ compiler; the other modes do not
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            print(f"{arguments.preset}, {mode}: left out: {reason}", file=sys.stderr)
    print(json.dumps({
        "peer": f"PyTorch {torch.__version__.split('+')[0]}", "rates": rates,
        "imagesPerSecond": {mode: statistics.median(values) for mode, values in rates.items()},
        "peakMemoryMB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
