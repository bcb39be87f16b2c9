#!/usr/bin/env python3
"""Signals of the UCR archive: accuracy of presets over all sets of a folder, beside one nearest neighbour and the
published networks.

    Benchmarks/ucr.py FOLDER [--presets signals-rocket signals-best] [--seeds 3] [--threads 1] [--cnntop PATH]
                      [--results FILE] [--table Benchmarks/UCR.md] [--sets SET …]

Each set NAME_TRAIN.tsv is trained with the same hyperparameters and judged on NAME_TEST.tsv after the last epoch, once
for each seed; nothing is chosen by the test set. Sets differ by a factor of thirty in size, so the length of a network's
run is told in iterations: as many epochs as give ITERATIONS of them, but EPOCHS at least. The neighbour is found by
Euclidean distance on the signals as they are. Results are kept in a file as they come; a run that was stopped goes on.
Needs numpy.
"""

import argparse
import datetime
import itertools
import json
import math
import os
import pathlib
import platform
import subprocess
import tempfile
import time

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


def trained(arguments, preset, name, seed, runs):
    """Accuracy on the test set, and seconds from the program's start to its end."""
    samples = len(read(arguments.folder / f"{name}_TRAIN.tsv")[1])
    epochs = max(EPOCHS, math.ceil(ITERATIONS / math.ceil(samples / BATCH)))
    run = f"{preset}-{name}-{seed}"
    command = [arguments.cnntop, "train", preset, "--headless", "--runs-directory", runs]
    command += ["--data", str(arguments.folder / name), "--name", run, "--seed", str(seed)]
    command += ["--threads", str(arguments.threads), "--set", f"maxEpochs={epochs}", f"miniBatchSize={BATCH}"]
    command += ["checkpointFrequency=inf"]
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = time.monotonic() - start
    command = [arguments.cnntop, "evaluate", run, "--runs-directory", runs, "--json"]
    found = subprocess.run(command, check=True, capture_output=True).stdout
    return json.loads(found)["accuracy"], seconds


def machine():
    with open("/proc/cpuinfo") as lines:
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
    return f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


def key(preset):
    return f"{preset} {ITERATIONS} {EPOCHS} {BATCH}"


def mean(figures):
    figures = list(figures)
    return sum(figures) / len(figures)


def is_above(one, other):
    """By more than rounding: the program's figures are single precision."""
    return one > other + 1e-6


def table(arguments, names, results):
    def found(preset, name):
        return [results[key(preset)][f"{name}-{seed}"] for seed in range(1, arguments.seeds + 1)]

    presets = arguments.presets
    neighbours = {name: nearest_neighbour(arguments.folder, name) for name in names}
    accuracies = {preset: {name: mean(run[0] for run in found(preset, name)) for name in names} for preset in presets}
    nothing = (math.nan, math.nan)
    others = {name: [1 - error for error in PUBLISHED.get(name, nothing)] + list(REPEATED.get(name, nothing)) for name in names}
    rows = []
    for name in names:
        cells = [f"{neighbours[name]:.4f}"]
        for preset in presets:
            runs = [run[0] for run in found(preset, name)]
            mark = "**" if is_above(accuracies[preset][name], neighbours[name]) else ""
            cells.append(f"{mark}{accuracies[preset][name]:.4f}{mark} ({min(runs):.3f} – {max(runs):.3f})")
        cells += [f"{share:.4f}" for share in others[name][:2]] + [f"{share:.2f}" for share in others[name][2:]]
        cells += [f"{mean(run[1] for run in found(preset, name)):.0f} s" for preset in presets]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    cells = [f"{mean(neighbours.values()):.4f}"] + [f"**{mean(accuracies[preset].values()):.4f}**" for preset in presets]
    columns = [mean(column) for column in zip(*others.values())]
    cells += [f"{share:.4f}" for share in columns[:2]] + [f"{share:.3f}" for share in columns[2:]]
    cells += [f"{mean(run[1] for name in names for run in found(preset, name)):.0f} s" for preset in presets]
    rows.append(f"| **mean** | {' | '.join(cells)} |")
    heads = ["set", "1-NN, Euclidean", *presets, "FCN, Wang 2017", "ResNet, Wang 2017", "FCN, ten runs", "ResNet, ten runs"]
    heads += [f"{preset}: time" for preset in presets]
    verdicts = []
    for preset in presets:
        wins = sum(is_above(accuracies[preset][name], neighbours[name]) for name in names)
        losses = [name for name in names if is_above(neighbours[name], accuracies[preset][name])]
        verdict = f"`{preset}` is above one nearest neighbour on {wins} of {len(names)} sets"
        verdict += f" (below on {', '.join(losses)})" if losses else " and below it on none"
        gap = mean(accuracies[preset].values()) - columns[0]
        verdicts.append(f"{verdict}; its mean lies {abs(gap):.3f} {'above' if gap >= 0 else 'below'} that of Wang's FCN.")
    return "\n".join(
        [
            "# Signals of the UCR archive",
            "",
            f"Made by `Benchmarks/ucr.py UCR --presets {' '.join(presets)}` on {datetime.date.today()}; {machine()}; "
            f"{arguments.threads} thread(s).",
            "",
            "The archive's own split; the same hyperparameters for all sets: the preset's, and for networks batches of "
            f"{BATCH} and as many epochs as give {ITERATIONS:,} iterations, but {EPOCHS} at least; judged on the test set "
            f"after the last epoch. Means of {arguments.seeds} seeds (the lowest and the highest); bold: above the "
            "neighbour. Times are those of the whole program, from its start to the judged end.",
            "",
            f"| {' | '.join(heads)} |",
            "|" + "---|" * len(heads),
            *rows,
            "",
            " ".join(verdicts),
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
    parser.add_argument("--sets", nargs="+")
    parser.add_argument("--presets", nargs="+", default=["signals-rocket", "signals-best"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cnntop", default="cnntop")
    parser.add_argument("--results", type=pathlib.Path, default=pathlib.Path("ucr-results.json"))
    parser.add_argument("--table", type=pathlib.Path)
    arguments = parser.parse_args()
    names = arguments.sets or sorted(p.name[:-10] for p in arguments.folder.glob("*_TRAIN.tsv"))
    results = json.loads(arguments.results.read_text()) if arguments.results.exists() else {}
    with tempfile.TemporaryDirectory() as runs:
        # Seed by seed, so that what is there after a while is a whole table of fewer seeds.
        for preset, seed in itertools.product(arguments.presets, range(1, arguments.seeds + 1)):
            kept = results.setdefault(key(preset), {})
            for name in names:
                if f"{name}-{seed}" in kept:
                    continue
                kept[f"{name}-{seed}"] = trained(arguments, preset, name, seed, runs)
                arguments.results.write_text(json.dumps(results, indent=1))
                print(preset, name, seed, *kept[f"{name}-{seed}"], flush=True)
    text = table(arguments, names, results)
    print(text)
    if arguments.table:
        arguments.table.write_text(text)


if __name__ == "__main__":
    main()
