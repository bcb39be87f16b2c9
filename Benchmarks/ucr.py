#!/usr/bin/env python3
"""Signals of the UCR archive: accuracy of a preset over all sets of a folder, beside one nearest neighbour and the
published networks.

    Benchmarks/ucr.py FOLDER [--preset signals-best] [--seeds 3] [--threads 1] [--cnntop PATH] [--results FILE]
                      [--table Benchmarks/UCR.md] [SET …]

Each set NAME_TRAIN.tsv is trained with the same hyperparameters and judged on NAME_TEST.tsv after the last epoch, once
for each seed; nothing is chosen by the test set. Sets differ by a factor of thirty in size, so the length of a run is
told in iterations: as many epochs as give ITERATIONS of them, but EPOCHS at least. The neighbour is found by Euclidean
distance on the signals as they are. Results are kept in a file as they come; a run that was stopped goes on. Needs numpy.
"""

import argparse
import datetime
import json
import math
import os
import pathlib
import platform
import subprocess
import tempfile

import numpy

ITERATIONS, EPOCHS, BATCH = 1200, 30, 8

# Error rates of Wang, Yan, Oates, "Time series classification from scratch with deep neural networks: a strong
# baseline", IJCNN 2017 (arXiv 1611.06455); the sets that are not in the paper's table (Ham, Meat, Plane, Strawberry)
# from the authors' table of 85 sets: github.com/cauchyturing/UCR_Time_Series_Classification_Deep_Learning_Baseline.
PUBLISHED = {  # fully convolutional, residual
    "Beef": (0.25, 0.233), "CBF": (0, 0.006), "Coffee": (0, 0), "ECGFiveDays": (0.015, 0.045),
    "GunPoint": (0, 0.007), "Ham": (0.238, 0.219), "ItalyPowerDemand": (0.03, 0.040), "Meat": (0.033, 0),
    "OliveOil": (0.167, 0.133), "Plane": (0, 0), "Strawberry": (0.031, 0.042), "SwedishLeaf": (0.034, 0.042),
    "SyntheticControl": (0.01, 0),
}  # fmt: skip

# The same two networks trained anew, means of ten runs: Ismail Fawaz, Forestier, Weber, Idoumghar, Muller, "Deep
# learning for time series classification: a review", Data Mining and Knowledge Discovery 33 (2019) 917; accuracies to
# two digits from github.com/hfawaz/dl-4-tsc, results/results-ucr.csv.
REPEATED = {  # fully convolutional, residual
    "Beef": (0.69, 0.75), "CBF": (0.99, 0.99), "Coffee": (1, 1), "ECGFiveDays": (0.99, 0.97),
    "GunPoint": (1, 0.99), "Ham": (0.72, 0.76), "ItalyPowerDemand": (0.96, 0.96), "Meat": (0.83, 0.97),
    "OliveOil": (0.75, 0.83), "Plane": (1, 1), "Strawberry": (0.96, 0.96), "SwedishLeaf": (0.97, 0.96),
    "SyntheticControl": (0.99, 1),
}  # fmt: skip


def read(path):
    table = numpy.loadtxt(path, delimiter="\t", ndmin=2)
    return table[:, 1:], table[:, 0]


def nearest_neighbour(folder, name):
    x, y = read(folder / f"{name}_TRAIN.tsv")
    t, truth = read(folder / f"{name}_TEST.tsv")
    squares = ((t[:, None, :] - x[None, :, :]) ** 2).sum(2)
    return float((y[squares.argmin(1)] == truth).mean())


def trained(arguments, name, seed, runs):
    """Accuracy on the test set, and seconds of training."""
    samples = len(read(arguments.folder / f"{name}_TRAIN.tsv")[1])
    epochs = max(EPOCHS, math.ceil(ITERATIONS / math.ceil(samples / BATCH)))
    run = f"{name}-{seed}"
    command = [arguments.cnntop, "train", arguments.preset, "--headless", "--runs-directory", runs]
    command += ["--data", str(arguments.folder / name), "--name", run, "--seed", str(seed)]
    command += ["--threads", str(arguments.threads), "--set", f"maxEpochs={epochs}", f"miniBatchSize={BATCH}"]
    command += ["checkpointFrequency=inf"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    told = subprocess.run([arguments.cnntop, "runs", "--runs-directory", runs, "--json"], check=True, capture_output=True)
    seconds = next(entry["elapsed"] for entry in json.loads(told.stdout) if entry["name"] == run)
    command = [arguments.cnntop, "evaluate", run, "--runs-directory", runs, "--json"]
    found = subprocess.run(command, check=True, capture_output=True).stdout
    return json.loads(found)["accuracy"], seconds


def machine():
    with open("/proc/cpuinfo") as lines:
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
    return f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


def table(arguments, names, results):
    rows, wins, means, published, repeated = [], 0, [], [], []
    for name in names:
        neighbour = nearest_neighbour(arguments.folder, name)
        found = [results[f"{name}-{seed}"][0] for seed in range(1, arguments.seeds + 1)]
        seconds = sum(results[f"{name}-{seed}"][1] for seed in range(1, arguments.seeds + 1)) / len(found)
        mean = sum(found) / len(found)
        wins += mean > neighbour
        means.append((mean, neighbour))
        convolutional, residual = PUBLISHED.get(name, (math.nan, math.nan))
        published.append((1 - convolutional, 1 - residual))
        repeated.append(REPEATED.get(name, (math.nan, math.nan)))
        mark = "**" if mean > neighbour else ""
        rows.append(
            f"| {name} | {neighbour:.4f} | {mark}{mean:.4f}{mark} | {min(found):.4f} – {max(found):.4f} | "
            f"{1 - convolutional:.4f} | {1 - residual:.4f} | {repeated[-1][0]:.2f} | {repeated[-1][1]:.2f} | "
            f"{seconds:.0f} s |"
        )
    mean, neighbour = (sum(column) / len(column) for column in zip(*means))
    convolutional, residual = (sum(column) / len(column) for column in zip(*published))
    again = [sum(column) / len(column) for column in zip(*repeated)]
    version = subprocess.run([arguments.cnntop, "--version"], capture_output=True, text=True).stdout.strip()
    return "\n".join(
        [
            "# Signals of the UCR archive",
            "",
            f"Made by `{' '.join(['Benchmarks/ucr.py', 'UCR', '--preset', arguments.preset])}` on "
            f"{datetime.date.today()}; {machine()}; {arguments.threads} thread(s)"
            + (f"; cnntop {version}" if version else "")
            + ".",
            "",
            f"The archive's own split; the same hyperparameters for all sets: the preset's, batches of {BATCH}, as many "
            f"epochs as give {ITERATIONS:,} iterations, but {EPOCHS} at least; judged on the test set after the last "
            f"epoch. Means of {arguments.seeds} seeds.",
            "",
            f"| set | 1-NN, Euclidean | {arguments.preset} | lowest – highest | FCN, Wang 2017 | ResNet, Wang 2017 | "
            "FCN, ten runs | ResNet, ten runs | training |",
            "|---|---|---|---|---|---|---|---|---|",
            *rows,
            f"| **mean** | {neighbour:.4f} | {mean:.4f} | | {convolutional:.4f} | {residual:.4f} | "
            f"{again[0]:.3f} | {again[1]:.3f} | |",
            "",
            f"Above one nearest neighbour on {wins} of {len(names)} sets.",
            "",
            "Published: Wang, Yan, Oates, “Time series classification from scratch with deep neural networks: a strong "
            "baseline”, IJCNN 2017 (arXiv 1611.06455), 2,000 epochs; Ham, Meat, Plane and Strawberry, which the "
            "paper leaves out, from the authors' table of 85 sets (GitHub: "
            "cauchyturing/UCR_Time_Series_Classification_Deep_Learning_Baseline). Ten runs: the same two networks trained "
            "anew by Ismail Fawaz et al., “Deep learning for time series classification: a review”, 2019 (GitHub: "
            "hfawaz/dl-4-tsc).",
            "",
        ]
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--preset", default="signals-best")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cnntop", default="cnntop")
    parser.add_argument("--results", type=pathlib.Path, default=pathlib.Path("ucr-results.json"))
    parser.add_argument("--table", type=pathlib.Path)
    arguments = parser.parse_args()
    names = arguments.sets or sorted(p.name[:-10] for p in arguments.folder.glob("*_TRAIN.tsv"))
    kept = json.loads(arguments.results.read_text()) if arguments.results.exists() else {}
    results = kept.setdefault(f"{arguments.preset} {ITERATIONS} {EPOCHS} {BATCH}", {})
    with tempfile.TemporaryDirectory() as runs:
        # Seed by seed, so that what is there after a while is a whole table of fewer seeds.
        for seed in range(1, arguments.seeds + 1):
            for name in names:
                if f"{name}-{seed}" in results:
                    continue
                results[f"{name}-{seed}"] = trained(arguments, name, seed, runs)
                arguments.results.write_text(json.dumps(kept, indent=1))
                print(name, seed, *results[f"{name}-{seed}"], flush=True)
    text = table(arguments, names, results)
    print(text)
    if arguments.table:
        arguments.table.write_text(text)


if __name__ == "__main__":
    main()
