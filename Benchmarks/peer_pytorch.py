#!/usr/bin/env python3
"""Training throughput of PyTorch on the networks of the presets: whole steps, as `cnntop bench` times them.

A step gathers 128 samples from uint8 data, normalises them, goes forward and backward, and updates the weights
(SGD with momentum). Prints one JSON document: images per second of each mode, the median of several windows.
"""
import argparse
import json
import statistics
import time
import warnings

import torch
from torch import nn


def fashion_mnist():
    def block(inputs, outputs, pool):
        layers = [nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
        return layers + ([nn.MaxPool2d(2)] if pool else [])

    return nn.Sequential(
        *block(1, 8, True), *block(8, 16, True), *block(16, 32, False), nn.Flatten(), nn.Linear(32 * 7 * 7, 10))


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(800, 500), nn.ReLU(inplace=True), nn.Linear(500, 10))


NETWORKS = {"fashion-mnist": fashion_mnist, "lenet": lenet}


class Trainer:
    def __init__(self, preset, mode, batch):
        torch.manual_seed(1)
        self.images = torch.randint(0, 256, (60_000, 1, 28, 28), dtype=torch.uint8)
        self.labels = torch.randint(0, 10, (60_000,))
        self.batch = batch
        self.layout = torch.channels_last if "channels_last" in mode else torch.contiguous_format
        network = NETWORKS[preset]().to(memory_format=self.layout)
        self.optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
        self.network = torch.compile(network) if "compile" in mode else network
        self.loss = nn.CrossEntropyLoss()
        self.order = torch.randperm(60_000)
        self.taken = 0

    def step(self):
        if self.taken + self.batch > len(self.order):
            self.order, self.taken = torch.randperm(len(self.order)), 0
        chosen = self.order[self.taken:self.taken + self.batch]
        self.taken += self.batch
        inputs = (self.images[chosen].float() - 72.9) * (1 / 90.0)
        inputs = inputs.contiguous(memory_format=self.layout)
        self.optimizer.zero_grad(set_to_none=True)
        self.loss(self.network(inputs), self.labels[chosen]).backward()
        self.optimizer.step()

    def images_per_second(self, windows, seconds):
        for _ in range(20):
            self.step()
        rates = []
        for _ in range(windows):
            start, steps = time.perf_counter(), 0
            while time.perf_counter() - start < seconds:
                self.step()
                steps += 1
            rates.append(steps * self.batch / (time.perf_counter() - start))
        return statistics.median(rates)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("preset", choices=NETWORKS)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--batch", type=int, default=128)
    options.add_argument("--windows", type=int, default=7)
    options.add_argument("--seconds", type=float, default=1.0)
    options.add_argument("--modes", default="eager,channels_last,compile",
                         help="of eager, channels_last, compile, compile_channels_last")
    arguments = options.parse_args()
    torch.set_num_threads(arguments.threads)
    warnings.filterwarnings("ignore")
    results = {}
    for mode in arguments.modes.split(","):
        try:
            trainer = Trainer(arguments.preset, mode, arguments.batch)
            results[mode] = trainer.images_per_second(arguments.windows, arguments.seconds)
        except Exception as error:  # torch.compile needs a C++ compiler; the other modes do not
            results[mode] = None
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            print(f"{mode}: left out: {reason}", file=__import__("sys").stderr)
    print(json.dumps({"preset": arguments.preset, "torch": torch.__version__, "threads": arguments.threads,
                      "miniBatchSize": arguments.batch, "imagesPerSecond": results}))


if __name__ == "__main__":
    main()
