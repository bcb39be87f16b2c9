#!/usr/bin/env python3
"""cnntop beside other engines, in turn (A B A B …) on one machine, so that a busy moment hits both.

    Benchmarks/compare.py [ROW …]      rows: training/PRESET/BATCH, inference/PRESET/BATCH, threads/PRESET, batch, width,
                                       or the beginning of one: training/lenet, inference, threads; all when none is named

Environment: THREADS=2, WINDOW_SECONDS=0.6, WINDOWS=4 (of one turn; there are two turns), PEERS=all (TensorFlow
and JAX, too), CNNTOP=.build/release/cnntop, CNNTOP_VENV=Benchmarks/venv. Every mode of a peer is tried briefly; its best
takes part in the turns. Writes Benchmarks/results.json, where rows that were measured before stay, and from it
Benchmarks/RESULTS.md.
"""
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

from results import write_results

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
PROGRAM = os.environ.get("CNNTOP", str(ROOT / ".build/release/cnntop"))
THREADS = int(os.environ.get("THREADS", 2))
SECONDS = os.environ.get("WINDOW_SECONDS", "0.6")
WINDOWS = os.environ.get("WINDOWS", "4")
TURNS = 2

TRAINING = [
    ("fashion-mnist", 128), ("fashion-mnist", 32), ("lenet", 128), ("lenet", 32), ("cifar10-quick", 128),
    ("cifar10-quick", 32), ("chromatograms", 32), ("resnet20-cifar10", 128), ("alexnet", 16), ("resnet18", 16)]
INFERENCE = [
    (preset, batch)
    for preset in (
        "lenet", "resnet20-cifar10", "alexnet", "vgg19", "googlenet", "resnet18", "resnet50", "squeezenet")
    for batch in (1, 32)]
SCALED = ["fashion-mnist", "lenet", "resnet20-cifar10"]
BATCHES = [8, 16, 32, 64, 128, 256, 512, 1024]
WIDTHS = [1, 2, 4, 8]
# Compiling these takes minutes and gains nothing there: their time is spent in large convolutions.
LARGE = {"alexnet", "resnet18"}


def output(command, **more):
    """What a command prints as JSON, or None with its last line on stderr."""
    result = subprocess.run(command, capture_output=True, text=True, **more)
    for line in result.stderr.splitlines():
        if "left out" in line or "no data" in line:
            print(f"  {line}", flush=True)
    if result.returncode != 0:
        reason = (result.stderr.strip().splitlines() or ["no message"])[-1]
        print(f"  {' '.join(map(str, command[:4]))} …: exit {result.returncode}: {reason}", flush=True)
        return None
    return json.loads(result.stdout.strip().splitlines()[-1] if "peer" in result.stdout else result.stdout)


def ours(preset, batch, threads=THREADS, inference=False, windows=WINDOWS):
    command = [PROGRAM, "bench", str(preset), "--threads", str(threads), "--batch", str(batch), "--windows", str(windows),
               "--seconds", SECONDS, "--json"]
    return output(command + (["--inference"] if inference else []), cwd=ROOT)


def peer(name, *arguments, windows=WINDOWS, seconds=SECONDS):
    return output([sys.executable, str(HERE / f"peer_{name}.py"), *map(str, arguments), "--threads", str(THREADS),
                   "--windows", str(windows), "--seconds", str(seconds)], cwd=HERE)


def turns(ours_once, peer_once):
    """Both in turn; the medians of all windows, our last report and the peer's."""
    mine, theirs = [], []
    for _ in range(TURNS):
        mine.append(ours_once())
        theirs.append(peer_once())
    if None in mine or None in theirs:
        return None
    rates = [rate for turn in theirs for values in turn["rates"].values() for rate in values]
    return {
        "cnntop": statistics.median(turn["imagesPerSecond"] for turn in mine), "peer": statistics.median(rates),
        "gflops": statistics.median(turn["gflops"] for turn in mine), "peerName": theirs[-1]["peer"],
        "memory": max(turn["peakMemoryMB"] for turn in mine),
        "peerMemory": max(turn["peakMemoryMB"] for turn in theirs), "note": mine[-1].get("note"),
        # Every run measures it; a busy moment makes it too small.
        "peakGflops": max(turn["peakGflops"] for turn in mine)}


def training(preset, batch):
    best = None
    candidates = [("pytorch", mode) for mode in ["eager", "fused", "channels_last"]]
    if preset not in LARGE:
        candidates.append(("pytorch", "compile"))
    if os.environ.get("PEERS") == "all":
        candidates += [("tensorflow", "function"), ("jax", "jit")]
    tried = {}
    for name, mode in candidates:
        found = peer(name, preset, "--batch", batch, "--modes", mode, windows=2, seconds=0.4)
        if found and found["imagesPerSecond"]:
            tried[f"{name} {mode}"] = round(max(found["imagesPerSecond"].values()), 1)
            if best is None or tried[f"{name} {mode}"] > tried[" ".join(best)]:
                best = (name, mode)
    if best is None:
        return None
    row = turns(lambda: ours(preset, batch),
                lambda: peer(best[0], preset, "--batch", batch, "--modes", best[1]))
    return row and row | {"mode": best[1], "tried": tried}


def inference(preset, batch, folder):
    path = pathlib.Path(folder) / f"{preset}.onnx"
    if not path.exists():
        subprocess.run([sys.executable, str(HERE / "peer_onnxruntime.py"), preset, str(path), "--export"],
                       check=True, capture_output=True, cwd=HERE)
    row = turns(lambda: ours(preset, batch, inference=True),
                lambda: peer("onnxruntime", preset, path, "--batch", batch))
    modes = ["eager", "channels_last", "frozen"]
    torch = peer("pytorch", preset, "--inference", "--batch", batch, "--modes", ",".join(modes), windows=2, seconds=0.5)
    if row and torch:
        found = torch["imagesPerSecond"]
        row["pytorch"] = {"mode": max(found, key=found.get), "rate": max(found.values())}
    return row


def threads(preset):
    """One thread and two, in turn."""
    pairs = [(ours(preset, 128, threads=1), ours(preset, 128, threads=2)) for _ in range(TURNS)]
    one, two = (statistics.median(pair[side]["imagesPerSecond"] for pair in pairs) for side in (0, 1))
    return {"one": one, "two": two}


def series(variants):
    """[(label, report)] of our side alone."""
    reports = [(label, ours(preset, batch, windows=7)) for label, preset, batch in variants]
    return {"peakGflops": max(report["peakGflops"] for _, report in reports if report), "points": [
        {"label": label, "cnntop": report["imagesPerSecond"], "gflops": report["gflops"], "memory": report["peakMemoryMB"]}
        for label, report in reports if report]}


def widened(width, folder):
    """The default preset with so many times the filters."""
    text = (ROOT / "Presets/fashion-mnist.yaml").read_text()
    path = pathlib.Path(folder) / f"fashion-mnist-x{width}.yaml"
    path.write_text(re.sub(r"filters: (\d+)", lambda found: f"filters: {int(found[1]) * width}", text))
    return path


def rows(folder):
    """Name and measurement of every row."""
    for preset, batch in TRAINING:
        yield f"training/{preset}/{batch}", lambda: training(preset, batch)
    for preset, batch in INFERENCE:
        yield f"inference/{preset}/{batch}", lambda: inference(preset, batch, folder)
    for preset in SCALED:
        yield f"threads/{preset}", lambda: threads(preset)
    yield "batch", lambda: series([(f"{batch}", "fashion-mnist", batch) for batch in BATCHES])
    yield "width", lambda: series([(f"×{width}", widened(width, folder), 128) for width in WIDTHS])


def main():
    wanted = sys.argv[1:]
    if wanted and wanted[0] in ("-h", "--help"):
        return print(__doc__)
    if not os.access(PROGRAM, os.X_OK):
        sys.exit(f"{PROGRAM} is not built: make build")
    peak = output([PROGRAM, "bench", "--peak", "--threads", str(THREADS), "--json"])
    found = {}
    started = time.time()
    with tempfile.TemporaryDirectory() as folder:
        for name, measure in rows(folder):
            if wanted and not any(name == word or name.startswith(f"{word}/") for word in wanted):
                continue
            print(f"{name} …", flush=True)
            row = measure()
            if row:
                found[name] = row
                # At once: a row takes a minute, and what was measured is not lost with one that fails.
                table = write_results(HERE, {name: {"peakGflops": peak["peakGflops"]} | row}, peak, sys.executable)
                print(f"  {json.dumps({key: value for key, value in row.items() if key != 'points'})}", flush=True)
    if not found:
        sys.exit(f"no row is called {' or '.join(wanted)}; see Benchmarks/compare.py --help")
    print(f"\n{table}\n{len(found)} rows in {time.time() - started:.0f} s; written to Benchmarks/RESULTS.md")


if __name__ == "__main__":
    main()
