#!/bin/bash
# Training throughput of cnntop and of PyTorch, side by side: the two take turns, so that a busy moment of the machine
# hits both, and the table shows the ratio of the medians.
#
#   Benchmarks/compare.sh [PRESET …]        THREADS=2 BATCH=128 ROUNDS=3 SECONDS_EACH=1 MODES=eager,channels_last,compile
#
# Makes Benchmarks/venv with torch 2.13.0 when it is not there; CNNTOP_VENV names another one.
set -euo pipefail
cd "$(dirname "$0")/.."

threads=${THREADS:-2} batch=${BATCH:-128} rounds=${ROUNDS:-3} seconds=${SECONDS_EACH:-1}
modes=${MODES:-eager,channels_last,compile}
program=${CNNTOP:-.build/release/cnntop}
venv=${CNNTOP_VENV:-Benchmarks/venv}
presets=("$@")
[ ${#presets[@]} -gt 0 ] || presets=(fashion-mnist lenet)

[ -x "$program" ] || { echo "$program is not built: make build" >&2; exit 2; }
if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet torch==2.13.0 numpy
fi

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
for preset in "${presets[@]}"; do
    for round in $(seq "$rounds"); do
        "$program" bench "$preset" --threads "$threads" --batch "$batch" --windows 7 --seconds "$seconds" --json \
            > "$results/$preset.$round.cnntop"
        "$venv/bin/python" Benchmarks/peer_pytorch.py "$preset" --threads "$threads" --batch "$batch" \
            --windows 7 --seconds "$seconds" --modes "$modes" > "$results/$preset.$round.torch"
    done
done

"$venv/bin/python" - "$results" "$rounds" "${presets[@]}" <<'PYTHON'
import json, statistics, sys
folder, rounds, presets = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
print(f"{'preset':<16}{'cnntop':>10}{'PyTorch':>10}  {'its best mode':<22}{'ratio':>6}   images/s, each round")
for preset in presets:
    ours, theirs, modes = [], [], {}
    for round in range(1, rounds + 1):
        ours.append(json.load(open(f"{folder}/{preset}.{round}.cnntop"))["imagesPerSecond"])
        found = json.load(open(f"{folder}/{preset}.{round}.torch"))["imagesPerSecond"]
        best = max((mode for mode in found if found[mode]), key=found.get)
        theirs.append(found[best])
        modes[best] = modes.get(best, 0) + 1
    a, b = statistics.median(ours), statistics.median(theirs)
    each = " ".join(f"{x:.0f}:{y:.0f}" for x, y in zip(ours, theirs))
    print(f"{preset:<16}{a:>10.0f}{b:>10.0f}  {max(modes, key=modes.get):<22}{a / b:>6.2f}   {each}")
PYTHON
