#!/usr/bin/env python3
"""Peaks of real gas chromatograms: `cnntop scan` beside a list of picked peaks, precision and recall within 5 points.

    Benchmarks/chroma.py FOLDER [--cnntop PATH] [--seeds 3] [--threads 1]

FOLDER holds gaschrom_16x5000.csv and gaschrom_peaks.csv (16 traces, 339 peaks; CRAN package ptw). Two models: one that
has learnt from windows of the first eight traces, and one that has only seen generated traces. The threshold is the one
with the best F1 on the first eight; the figures are those of the last eight at that threshold. The list is a program's,
too: local maxima of 10 units or more, so a model that sees shapes alone finds many more peaks than it has, real ones
but small; the last rows leave out what is below 10.
"""

import argparse
import csv
import json
import pathlib
import subprocess
import tempfile

TOLERANCE, HEIGHT = 5, 10


def known(folder):
    peaks = {}
    with open(folder / "gaschrom_peaks.csv") as file:
        for row in csv.DictReader(file):
            peaks.setdefault(int(row["trace"]) + 1, []).append(int(row["rt_index"]))
    return peaks


def judged(scanned, peaks, threshold):
    """Precision, recall, F1; each known peak counts once."""
    right = found = total = 0
    for trace in scanned:
        left = set(peaks[trace["trace"]])
        total += len(left)
        for peak in sorted(trace["peaks"], key=lambda peak: -peak["score"]):
            if peak["score"] < threshold:
                continue
            found += 1
            near = [apex for apex in left if abs(apex - peak["apex"]) <= TOLERANCE]
            if near:
                left.remove(min(near, key=lambda apex: abs(apex - peak["apex"])))
                right += 1
    precision, recall = right / max(1, found), right / max(1, total)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def scanned(arguments, runs, name, *options):
    traces = str(arguments.folder / "gaschrom_16x5000.csv")
    command = [arguments.cnntop, "scan", name, traces, "--runs-directory", runs, "--json", *options]
    command += ["--threads", arguments.threads, "--threshold", "0.02", "--stride", "1"]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--cnntop", default="cnntop")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", default="1")
    arguments = parser.parse_args()
    peaks = known(arguments.folder)
    traces = str(arguments.folder / "gaschrom_16x5000.csv")
    steps = [0.02] + [step / 20 for step in range(1, 20)] + [0.97, 0.98, 0.99, 0.995, 0.999]
    # Heights count in the list, so the model that learns from it sees them; half of the traces stay unseen.
    own = ["--data", traces, "--set", "data.test=0.5", "data.validation=0", "data.normalize=training"]
    models = [("the first eight traces", own, []), ("generated traces", [], [])]
    models += [(f"generated traces, --height {HEIGHT}", None, ["--height", str(HEIGHT)])]
    print("| model learnt from | seed | threshold | precision | recall | F1 |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as runs:
        for label, training, options in models:
            for seed in range(1, arguments.seeds + 1):
                name = f"{'own' if training else 'generated'}-{seed}"
                if training is not None:
                    command = [arguments.cnntop, "train", "trace-peaks", "--headless", "--name", name]
                    command += ["--runs-directory", runs, "--seed", str(seed), "--threads", arguments.threads]
                    subprocess.run(command + training, check=True, stdout=subprocess.DEVNULL)
                found = scanned(arguments, runs, name, *options)
                half = len(found) // 2
                threshold = max(steps, key=lambda step: judged(found[:half], peaks, step)[2])
                figures = " | ".join(f"{figure:.3f}" for figure in judged(found[half:], peaks, threshold))
                print(f"| {label} | {seed} | {threshold} | {figures} |", flush=True)


if __name__ == "__main__":
    main()
