#!/usr/bin/env python3
"""The classical road beside the others, on photos and on features of photos.

    Benchmarks/classical.py [--weather FOLDER --model squeezenet.onnx] [--scene FOLDER] [--sunset-lab FOLDER]
                            [--seeds 3] [--threads 1] [--cnntop PATH] [--results FILE] [--table Benchmarks/CLASSICAL.md]

--weather     photos in folders by class, one of them `sunrise`: sunrise against the rest by a support vector machine on
              colour moments, a shallow network on the same, a small convolutional network, and a pretrained network
              with a new last layer (--model-options tells how it takes photos; by default as Caffe's networks do).
              The same photos are held out from all four of a seed: 30 % for the test.
--scene       the scene data of Mulan (scene-train.arff, scene-test.arff): each of the six labels as a detector.
--sunset-lab  train_…npy, validation_…npy and test_…npy with their labels: the fixed machine of the lab, then the best
              of a grid of machines and of shallow networks, chosen by the validation samples alone.

Results are kept in a file as they come: what is there is not trained again. Needs Python alone.
"""

import argparse
import datetime
import itertools
import json
import os
import pathlib
import platform
import subprocess
import tempfile

MACHINE = """data: {{set: features, normalize: "{normalize}", validation: {validation}}}
svm: {{kernel: rbf, {settings}}}
"""
SEARCH = "search: {costs: [1, 3, 10, 30], gammas: [0.03, 0.1, 0.3, 1], folds: 5}"

SHALLOW = """data: {{set: features, normalize: training, validation: 0.2}}
network:
{hidden}  - fullyConnected: classes
  - softmax
options: {{solverName: adam, initialLearnRate: {rate}, l2Regularization: {decay}, miniBatchSize: 32, maxEpochs: {epochs},
  shuffle: every-epoch, {rest}}}
"""
# The network of the best epoch, or that of a run whose steps become ever smaller.
BEST, LAST = "outputNetwork: best-validation, validationFrequency: 50", "learnRateSchedule: cosine"


def shallow(width, dropout, decay, epochs, activation="tanh", rate=0.001, rest=BEST):
    hidden = f"  - fullyConnected: {width}\n  - {activation}\n  - dropout: {dropout}\n"
    return SHALLOW.format(hidden=hidden, decay=decay, epochs=epochs, rate=rate, rest=rest)


class Program:
    def __init__(self, arguments, runs):
        self.path, self.threads, self.runs = arguments.cnntop, str(arguments.threads), runs

    def call(self, *words):
        command = [self.path, *words, "--runs-directory", self.runs]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
        return done.stdout

    def train(self, preset, name, seed, *words):
        self.call("train", preset, "--headless", "--name", name, "--seed", str(seed), "--threads", self.threads, *words)

    def compared(self, *names, part="test"):
        words = ["runs", "--compare", *names, "--split", part, "--threads", self.threads, "--json"]
        return json.loads(self.call(*words))

    def preset(self, text, name):
        path = pathlib.Path(self.runs) / f"{name}.yaml"
        path.write_text(text)
        return str(path)


# MARK: Weather

ROADS = {
    "SVM on colour moments": ("sunsets-svm", []),
    "shallow network on colour moments": ("sunsets-shallow", []),
    "small CNN": ("sunsets-cnn", ["--set", "maxEpochs=40"]),
    "transfer": ("transfer", ["--model"]),
}


def weather(arguments, keep):
    common = ["--set", "data.detect=sunrise", "--set", "data.validation=0.1", "--set", "data.test=0.3"]
    for seed in range(1, arguments.seeds + 1):
        key = f"weather {seed}"
        if key in keep.results:
            continue
        with tempfile.TemporaryDirectory() as runs:
            program = Program(arguments, runs)
            for index, (preset, words) in enumerate(ROADS.values()):
                if words == ["--model"]:
                    words = ["--model", str(arguments.model), *arguments.model_options.split()]
                data = ["--data", str(arguments.weather)]
                program.train(preset, f"road-{index}", seed, *data, *common, *words)
            names = [f"road-{index}" for index in range(len(ROADS))]
            keep(key, program.compared(*names))


def weather_table(arguments, results):
    found = [results[f"weather {seed}"] for seed in range(1, arguments.seeds + 1)]
    test, training = found[0]["runs"][0]["samples"], found[0]["runs"][0]["trainingSamples"]
    lines = [
        "## Sunrise against the rest, four roads",
        "",
        f"Photos in four folders (weather384), {training} to learn from, {test} for the test, means of "
        f"{arguments.seeds} split(s); the presets as they are, but for 40 epochs of the small CNN. Each figure is the "
        "test's; the last column tells in how many of the splits the difference to `transfer` is no chance (McNemar, "
        f"p < .05). Transfer: {pathlib.Path(arguments.model).stem}, `{arguments.model_options}`.",
        "",
        "| road | preset | accuracy | lowest – highest | AUC | training | learned | numbers a sample | a prediction | "
        "other than transfer |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for index, (road, (preset, _)) in enumerate(ROADS.items()):
        rows = [each["runs"][index] for each in found]
        mean = lambda key: sum(row[key] for row in rows) / len(rows)
        accuracies = [row["accuracy"] for row in rows]
        learned = (
            f"{mean('supportVectors'):.0f} vectors" if rows[0]["supportVectors"] else f"{rows[0]['learnables']:,}"
        )
        tests = [
            test
            for each in found
            for test in each["mcNemar"]
            if {test["first"], test["second"]} == {f"road-{index}", f"road-{len(ROADS) - 1}"}
        ]
        clear = sum((test.get("probability") or 1) < 0.05 for test in tests)
        against = f"{clear} of {len(tests)}" if tests else "–"
        lines.append(
            f"| {road} | `{preset}` | {mean('accuracy'):.4f} | {min(accuracies):.4f} – {max(accuracies):.4f} | "
            f"{mean('areaUnderCurve'):.4f} | {mean('trainingSeconds'):.1f} s | {learned} | {rows[0]['inputs']:,} | "
            f"{1e3 * mean('secondsPerPrediction'):.3f} ms | {against} |"
        )
    return lines


# MARK: Scene

LABELS = [f"Class{number}" for number in range(1, 7)]


def scene(arguments, keep):
    for label in LABELS:
        with tempfile.TemporaryDirectory() as runs:
            program = Program(arguments, runs)
            ways = {
                "SVM": MACHINE.format(normalize="range:6", validation=0, settings=SEARCH),
                "shallow": shallow(50, 0.3, 0.01, 30),
            }
            for way, text in ways.items():
                if f"scene {label} {way}" in keep.results:
                    continue
                words = ["--data", str(arguments.scene), "--set", f"data.label={label}"]
                program.train(program.preset(text, way), way, 1, *words)
                keep(f"scene {label} {way}", program.compared(way)["runs"][0])


def scene_table(arguments, results):
    rows = [(label, results[f"scene {label} SVM"], results[f"scene {label} shallow"]) for label in LABELS]
    samples, training = rows[0][1]["samples"], rows[0][1]["trainingSamples"]
    lines = [
        "## Six labels of scenes, a detector each",
        "",
        f"Boutell's scenes (scene-mulan), the given split: {training:,} to learn from, {samples:,} for the test, 294 "
        "colour moments each. SVM: RBF, cost and γ by 5-fold cross-validation on the training samples. Shallow: one hidden "
        "layer of 50, a fifth of the training samples held out to choose the epoch. Intervals: Wilson, 95 %.",
        "",
        "| label | SVM: accuracy | 95 % | AUC | vectors | training | shallow: accuracy | 95 % | AUC | training |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    cell = lambda row: (
        f"{row['accuracy']:.4f} | {row['accuracyInterval'][0]:.3f} – {row['accuracyInterval'][1]:.3f} | "
        f"{row['areaUnderCurve']:.4f}"
    )
    for label, machine, network in rows:
        lines.append(
            f"| {label} | {cell(machine)} | {machine['supportVectors']} | {machine['trainingSeconds']:.1f} s | "
            f"{cell(network)} | {network['trainingSeconds']:.1f} s |"
        )
    mean = lambda place, key: sum(row[place][key] for row in rows) / len(rows)
    lines.append(
        f"| **mean** | {mean(1, 'accuracy'):.4f} | | {mean(1, 'areaUnderCurve'):.4f} | | | {mean(2, 'accuracy'):.4f} | | "
        f"{mean(2, 'areaUnderCurve'):.4f} | |"
    )
    return lines


# MARK: The lab

FIXED = "range:6, C 10, γ 0.1"


def machines():
    for cost, gamma in itertools.product([1, 3, 10, 30], [0.03, 0.1, 0.3]):
        text = MACHINE.format(normalize="range:6", validation=0, settings=f"cost: {cost}, gamma: {gamma}")
        yield f"range:6, C {cost}, γ {gamma}", text


def networks():
    for width, dropout, decay in itertools.product([20, 50, 100], [0.3, 0.5], [0.01, 0.03]):
        name = f"{width} tanh, dropout {dropout}, L2 {decay}"
        yield name, shallow(width, dropout, decay, 30)
    for width, dropout, decay, rate in itertools.product([50, 200, 500], [0.3, 0.5], [0.001, 0.01], [0.001, 0.003]):
        name = f"{width} ReLU, dropout {dropout}, L2 {decay}, rate {rate}, 100 epochs"
        yield name, shallow(width, dropout, decay, 100, "relu", rate, LAST)


def lab(arguments, keep):
    for way, candidates in (("SVM", machines()), ("shallow", networks())):
        for name, text in candidates:
            key = f"lab {way}: {name}"
            if key in keep.results:
                continue
            with tempfile.TemporaryDirectory() as runs:
                program = Program(arguments, runs)
                program.train(program.preset(text, "it"), "it", 1, "--data", str(arguments.sunset_lab))
                parts = {part: program.compared("it", part=part)["runs"][0] for part in ("validation", "test")}
                if name == FIXED:
                    told = json.loads(program.call("evaluate", "it", "--split", "train", "--json"))
                    parts["train"] = {"accuracy": told["accuracy"]}
                keep(key, parts)


def lab_table(arguments, results):
    found = {key: value for key, value in results.items() if key.startswith("lab ")}
    lines = [
        "## Sunset or not, from the lab's feature matrices",
        "",
        "1,600 photos to learn from, 600 for validation, 998 for the test (sunset-lab). The first row is the lab's own "
        "machine, for which scikit-learn gives .995, .925 and .9038. The others are the best of a grid by validation "
        "accuracy (of equals the one with the larger area under its ROC curve); the test samples chose nothing.",
        "",
        "| model | chosen from | train | validation | test | 95 % | AUC | learned | training |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    rows = [(f"SVM, as in the lab ({FIXED})", "–", found[f"lab SVM: {FIXED}"])]
    for way in ("SVM", "shallow"):
        names = [key for key in found if key.startswith(f"lab {way}: ")]
        rank = lambda key: (found[key]["validation"]["accuracy"], found[key]["validation"]["areaUnderCurve"])
        best = max(names, key=rank)
        rows.append((f"{way}: {best.split(': ', 1)[1]}", f"{len(names)}", found[best]))
    for name, count, row in rows:
        test = row["test"]
        learned = f"{test['supportVectors']} vectors" if test["supportVectors"] else f"{test['learnables']:,}"
        low, high = test["accuracyInterval"]
        train = f"{row['train']['accuracy']:.4f}" if "train" in row else "–"
        lines.append(
            f"| {name} | {count} | {train} | {row['validation']['accuracy']:.4f} | **{test['accuracy']:.4f}** | "
            f"{low:.3f} – {high:.3f} | {test['areaUnderCurve']:.4f} | {learned} | {test['trainingSeconds']:.2f} s |"
        )
    return lines


class Keep:
    """Results so far, written down as they come."""

    def __init__(self, path):
        self.path = path
        self.results = json.loads(path.read_text()) if path.exists() else {}

    def __call__(self, key, value):
        self.results[key] = value
        self.path.write_text(json.dumps(self.results, indent=1))
        print(key, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--weather", "--model", "--scene", "--sunset-lab", "--table"):
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("--model-options", default="--normalize none --channels bgr", help="how it takes photos")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cnntop", default="cnntop")
    parser.add_argument("--results", type=pathlib.Path, default=pathlib.Path("classical-results.json"))
    arguments = parser.parse_args()
    if arguments.weather and not arguments.model:
        parser.error("--weather needs --model, a network to take over (squeezenet1.0_imagenet_fp32.onnx)")
    keep = Keep(arguments.results)
    parts = []
    for wanted, measure, table in (
        (arguments.sunset_lab, lab, lab_table),
        (arguments.scene, scene, scene_table),
        (arguments.weather, weather, weather_table),
    ):
        if wanted:
            measure(arguments, keep)
            parts.append(table(arguments, keep.results))
    if not parts:
        parser.error("nothing to do: give --weather, --scene or --sunset-lab")
    text = [
        "# The classical road beside the others",
        "",
        f"Made by `make classical` (Benchmarks/classical.py) on {datetime.date.today()}; {machine()}; "
        f"{arguments.threads} thread(s).",
    ]
    text = "\n".join(text + [line for part in parts for line in ["", *part]]) + "\n"
    print(text)
    if arguments.table:
        arguments.table.write_text(text)


def machine():
    with open("/proc/cpuinfo") as lines:
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
    return f"{model}, {os.cpu_count()} cores, {platform.system()}"


if __name__ == "__main__":
    main()
