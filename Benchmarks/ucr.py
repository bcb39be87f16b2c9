#!/usr/bin/env python3
"""Signals of the UCR archive: accuracy of a preset over all sets of a folder, beside one nearest neighbour.

    Benchmarks/ucr.py FOLDER [--preset signals-fcn] [--seeds 3] [--epochs N] [--cnntop PATH] [SET …]

Each set NAME_TRAIN.tsv is trained with the same hyperparameters and judged on NAME_TEST.tsv, once for each seed. The
neighbour is found by Euclidean distance on the signals as they are. Needs numpy.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile

import numpy


def read(path):
    table = numpy.loadtxt(path, delimiter="\t", ndmin=2)
    return table[:, 1:], table[:, 0]


def nearest_neighbour(folder, name):
    x, y = read(folder / f"{name}_TRAIN.tsv")
    t, truth = read(folder / f"{name}_TEST.tsv")
    squares = (t**2).sum(1)[:, None] + (x**2).sum(1)[None, :] - 2 * t @ x.T
    return float((y[squares.argmin(1)] == truth).mean())


def trained(arguments, name, seed, runs):
    run = f"{name}-{seed}"
    command = [arguments.cnntop, "train", arguments.preset, "--headless", "--runs-directory", runs]
    command += ["--data", str(arguments.folder / name), "--name", run, "--seed", str(seed)]
    if arguments.epochs:
        command += ["--set", f"maxEpochs={arguments.epochs}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    command = [arguments.cnntop, "evaluate", run, "--runs-directory", runs, "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["accuracy"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--preset", default="signals-fcn")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--cnntop", default="cnntop")
    arguments = parser.parse_args()
    names = arguments.sets or sorted(p.name[:-10] for p in arguments.folder.glob("*_TRAIN.tsv"))
    print(f"| set | 1-NN | {arguments.preset}, mean of {arguments.seeds} | lowest | highest |")
    print("|---|---|---|---|---|")
    wins, means = 0, []
    with tempfile.TemporaryDirectory() as runs:
        for name in names:
            neighbour = nearest_neighbour(arguments.folder, name)
            found = [trained(arguments, name, seed, runs) for seed in range(1, arguments.seeds + 1)]
            mean = sum(found) / len(found)
            wins += mean > neighbour
            means.append(mean)
            print(f"| {name} | {neighbour:.4f} | {mean:.4f} | {min(found):.4f} | {max(found):.4f} |", flush=True)
    print(f"\nabove 1-NN on {wins} of {len(names)}; mean accuracy {sum(means) / len(means):.4f}")


if __name__ == "__main__":
    main()
