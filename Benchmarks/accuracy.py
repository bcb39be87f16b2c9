#!/usr/bin/env python3
"""Accuracy on Fashion-MNIST's test set after 1, 3 and 5 epochs, beside PyTorch's.

    Benchmarks/accuracy.py [--seeds 1 2 3] [--normalize training] [--program .build/release/cnntop]

Trains the presets fashion-mnist and lenet with their own options (sgdm, rate 0.01, momentum 0.9, mini-batches of 128,
new order every epoch) on all 60,000 training pictures, and evaluates the checkpoint of each epoch. The reference is
PyTorch 2.13 with the same networks, solver and data.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import mean

EPOCHS = [1, 3, 5]
PYTORCH = {"fashion-mnist": [0.877, 0.885, 0.903], "lenet": [0.846, 0.887, 0.898]}


def run(program, *arguments):
    result = subprocess.run([program, *arguments], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{program} {' '.join(arguments)}: exit {result.returncode}\n{result.stderr}")
    return result.stdout


def accuracies(program, preset, seed, normalize):
    """Test accuracy after each of EPOCHS."""
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "run"
        run(program, "train", preset, "--headless", "--run-directory", str(directory), "--seed", str(seed),
            "--normalize", normalize, "--set", f"maxEpochs={max(EPOCHS)}", "data.validation=0", "checkpointsKept=all")
        found = []
        for epoch in EPOCHS:
            checkpoint = directory / "checkpoints" / f"epoch-{epoch:04}.safetensors"
            found.append(json.loads(run(program, "evaluate", str(checkpoint), "--json"))["accuracy"])
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--presets", nargs="+", default=list(PYTORCH))
    parser.add_argument("--normalize", default="training")
    parser.add_argument("--program", default=".build/release/cnntop")
    options = parser.parse_args()

    print(f"{'preset':<14} {'epochs':>6}  " + "  ".join(f"seed {seed:<3}" for seed in options.seeds)
          + "      mean  PyTorch  difference")
    for preset in options.presets:
        runs = [accuracies(options.program, preset, seed, options.normalize) for seed in options.seeds]
        for index, epochs in enumerate(EPOCHS):
            values = [found[index] for found in runs]
            reference = PYTORCH[preset][index]
            print(f"{preset:<14} {epochs:>6}  " + "  ".join(f"{value:8.4f}" for value in values)
                  + f"  {mean(values):8.4f}  {reference:7.3f}  {mean(values) - reference:+10.4f}", flush=True)


if __name__ == "__main__":
    main()
