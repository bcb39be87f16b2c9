#!/usr/bin/env python3
"""Training throughput of PyTorch on the networks of the presets: whole steps, as `cnntop bench` times them.

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


# Maker, shape of a sample, classes, number of samples in memory (as many as cnntop's random samples, or its data).
NETWORKS = {
    "fashion-mnist": (fashion_mnist, (1, 28, 28), 10, 54_000),
    "lenet": (lenet, (1, 28, 28), 10, 54_000),
    "cifar10-quick": (cifar10_quick, (3, 32, 32), 10, 16_384),
    "chromatograms": (chromatograms, (1, 100), 4, 5_400),
    "resnet20-cifar10": (resnet20, (3, 32, 32), 10, 16_384),
    "alexnet": (alexnet, (3, 227, 227), 1000, 325),
    "resnet18": (resnet18, (3, 224, 224), 1000, 334),
}
MODES = ["eager", "fused", "channels_last", "compile"]


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

    def images_per_second(self, windows, seconds):
        start = time.perf_counter()
        for _ in range(10):
            self.step()
            if time.perf_counter() - start > seconds:
                break
        rates = []
        for _ in range(windows):
            start, steps = time.perf_counter(), 0
            while time.perf_counter() - start < seconds or not steps:
                self.step()
                steps += 1
            rates.append(steps * self.batch / (time.perf_counter() - start))
        return rates


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("preset", choices=NETWORKS)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--batch", type=int, default=128)
    options.add_argument("--windows", type=int, default=7)
    options.add_argument("--seconds", type=float, default=1.0)
    options.add_argument("--modes", default="eager,fused,channels_last,compile", help=f"of {', '.join(MODES)}")
    arguments = options.parse_args()
    torch.set_num_threads(arguments.threads)
    warnings.filterwarnings("ignore")
    rates = {}
    for mode in arguments.modes.split(","):
        try:
            trainer = Trainer(arguments.preset, mode, arguments.batch)
            rates[mode] = trainer.images_per_second(arguments.windows, arguments.seconds)
        except Exception as error:  # torch.compile needs a C++ compiler; the other modes do not
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            print(f"{arguments.preset}, {mode}: left out: {reason}", file=sys.stderr)
    print(json.dumps({
        "peer": f"PyTorch {torch.__version__.split('+')[0]}", "rates": rates,
        "imagesPerSecond": {mode: statistics.median(values) for mode, values in rates.items()},
        "peakMemoryMB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
