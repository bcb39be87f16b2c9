#!/usr/bin/env python3
"""A support vector machine on 5,000 samples of 294 features, RBF kernel: this program beside scikit-learn's SVC.

    Benchmarks/svm.py [--cnntop PATH] [--rounds 5]

Two overlapping clouds, C = 10, γ = 0.1 on features from 0 to 1, the same files for both; times are of the fit alone,
the best of the rounds in turns, for the machine is another's too. Needs numpy and scikit-learn (requirements.txt).
"""

import argparse
import json
import pathlib
import re
import subprocess
import tempfile
import time

import numpy
import sklearn
from sklearn.svm import SVC

SAMPLES, TEST, FEATURES, COST, GAMMA = 5000, 1000, 294, 10, 0.1

PRESET = """\
data: {set: features, normalize: none, validation: 0}
svm: {kernel: rbf, cost: 10, gamma: 0.1}
seed: 1
"""


def data():
    random = numpy.random.default_rng(1)
    labels = random.integers(0, 2, SAMPLES + TEST)
    hidden = random.normal(size=(SAMPLES + TEST, 12)) + 0.5 * labels[:, None]
    features = hidden @ random.normal(size=(12, FEATURES)) + 2 * random.normal(size=(SAMPLES + TEST, FEATURES))
    low, high = features[:SAMPLES].min(0), features[:SAMPLES].max(0)
    return numpy.clip((features - low) / (high - low), 0, 1).astype(numpy.float32), labels


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cnntop", default="cnntop")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    x, y = data()
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for part, rows in [("train", slice(0, SAMPLES)), ("test", slice(SAMPLES, None))]:
            numpy.save(folder / f"{part}_f.npy", x[rows])
            (folder / f"{part}_labels.csv").write_text("label\n" + "".join(f"{label}\n" for label in y[rows]))
        (folder / "svm.yaml").write_text(PRESET)
        for round in range(arguments.rounds):
            machine = SVC(kernel="rbf", C=COST, gamma=GAMMA)
            start = time.perf_counter()
            machine.fit(x[:SAMPLES].astype(float), y[:SAMPLES])
            theirs.append(time.perf_counter() - start)
            run = [arguments.cnntop, "train", str(folder / "svm.yaml"), "--headless", "--runs-directory", name]
            run += ["--data", name, "--name", f"run-{round}"]
            said = subprocess.run(run, check=True, capture_output=True, text=True)
            found = re.search(r"(\d+) support vectors.*trained in ([\d.]+) s", said.stdout + said.stderr)
            vectors = int(found.group(1))
            ours.append(float(found.group(2)))
        judged = [arguments.cnntop, "evaluate", "run-0", "--runs-directory", name, "--json"]
        accuracy = json.loads(subprocess.run(judged, check=True, capture_output=True).stdout)["accuracy"]
    print(f"{SAMPLES} × {FEATURES}, RBF, C = {COST}, γ = {GAMMA}; best of {arguments.rounds}, in turns\n")
    print("| | fit | support vectors | test accuracy |\n|---|---|---|---|")
    print(f"| cnntop | {min(ours):.2f} s | {vectors} | {accuracy:.4f} |")
    right = machine.score(x[SAMPLES:].astype(float), y[SAMPLES:])
    print(f"| scikit-learn {sklearn.__version__} | {min(theirs):.2f} s | {machine.n_support_.sum()} | {right:.4f} |")


if __name__ == "__main__":
    main()
