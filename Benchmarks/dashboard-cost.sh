#!/bin/bash
# What a dashboard costs: the default preset trained alone and under a dashboard of 120×40 in tmux, in turn, and the
# bytes that the dashboard sends to its terminal; and the time from the command to the first finished iteration.
#
#   Benchmarks/dashboard-cost.sh      ROUNDS=3 EPOCHS=6
set -euo pipefail
cd "$(dirname "$0")/.."

program=$PWD/${CNNTOP:-.build/release/cnntop} rounds=${ROUNDS:-3} epochs=${EPOCHS:-6}
[ -x "$program" ] || { echo "$program is not built: make build" >&2; exit 2; }
export CNNTOP_PRESETS=$PWD/Presets LC_ALL=C.UTF-8
CNNTOP_RUNS=$(mktemp -d); export CNNTOP_RUNS
server=cnntop-cost-$$
trap 'tmux -L $server kill-server 2>/dev/null || true; rm -rf "$CNNTOP_RUNS"' EXIT

tmux -L $server -f /dev/null new-session -d -x 120 -y 40 "bash --norc --noprofile"
tmux -L $server send-keys -l "export TERM=tmux-256color COLORTERM=truecolor CNNTOP_RUNS=$CNNTOP_RUNS"
tmux -L $server send-keys Enter
for round in $(seq "$rounds"); do
    "$program" train fashion-mnist --headless --name "alone-$round" --set maxEpochs="$epochs" > /dev/null
    "$program" train fashion-mnist --headless --name "watched-$round" --set maxEpochs="$epochs" > /dev/null &
    trainer=$!
    sleep 0.7
    tmux -L $server send-keys -l "$program attach watched-$round"
    tmux -L $server send-keys Enter
    sleep 1.5 # the first frame is sent whole
    tmux -L $server pipe-pane "cat > $CNNTOP_RUNS/bytes-$round"
    sleep 5
    tmux -L $server pipe-pane
    wait $trainer
    tmux -L $server send-keys q
    sleep 0.5
done

"$program" runs --json > "$CNNTOP_RUNS/runs.json"
python3 - "$CNNTOP_RUNS" "$rounds" <<'PYTHON'
import json, os, statistics, sys
folder, rounds = sys.argv[1], int(sys.argv[2])
elapsed = {run["name"]: run["elapsed"] for run in json.load(open(f"{folder}/runs.json"))}
alone = statistics.median(elapsed[f"alone-{n}"] for n in range(1, rounds + 1))
watched = statistics.median(elapsed[f"watched-{n}"] for n in range(1, rounds + 1))
sent = statistics.median(os.path.getsize(f"{folder}/bytes-{n}") / 5 for n in range(1, rounds + 1))
print(f"throughput under a dashboard: {alone / watched:.1%} of headless ({alone:.1f} s alone, {watched:.1f} s watched)")
print(f"to the terminal at 120x40: {sent / 1000:.1f} kB/s")
PYTHON

for _ in 1 2 3; do
    start=$(date +%s%N)
    "$program" train fashion-mnist --headless --set maxEpochs=1 2> /dev/null | while read -r line; do
        case $line in epoch*) echo "first iteration after $((($(date +%s%N) - start) / 1000000)) ms"; break ;; esac
    done || true
done
