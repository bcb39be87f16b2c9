"""Keeps what was measured (results.json) and writes the table (RESULTS.md)."""
import datetime
import json
import pathlib
import platform
import subprocess

# Ratios that the project aims at.
WANTED = {
    "fashion-mnist": 4, "lenet": 1.8, "cifar10-quick": 1.1, "chromatograms": 2, "resnet20-cifar10": 1.3, "alexnet": 1,
    "resnet18": 1}


def machine():
    """Processor and memory."""
    name = platform.processor() or platform.machine()
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            name = line.split(":", 1)[1].strip()
            break
    cores = len(__import__("os").sched_getaffinity(0))
    memory = int(pathlib.Path("/proc/meminfo").read_text().split()[1]) // 2**20
    return f"{name}, {cores} cores, {memory} GiB"


def versions(python):
    names = ["torch", "onnxruntime", "tensorflow", "jax"]
    script = ("from importlib.metadata import version, PackageNotFoundError\n"
              f"for name in {names!r}:\n  try: print(name, version(name))\n  except PackageNotFoundError: pass")
    return ", ".join(subprocess.run([python, "-c", script], capture_output=True, text=True).stdout.split("\n")[:-1])


def aligned(head, lines):
    """A Markdown table whose columns stand under each other in plain text, too."""
    widths = [max(len(line[column]) for line in [head, *lines]) for column in range(len(head))]

    def row(cells):
        return "| " + " | ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(cells, widths))) + " |"

    rule = "|" + "|".join("-" * (width + 1) + (":" if column else "-") for column, width in enumerate(widths)) + "|"
    return "\n".join([row(head), rule, *map(row, lines)])


def versus(rows, peak, kind):
    lines = []
    for name, row in rows.items():
        if not name.startswith(kind):
            continue
        _, preset, batch = name.split("/")
        peak = row.get("peakGflops", peak)
        wanted = WANTED[preset] if kind == "training" else 1
        lines.append([
            preset, batch, f"{row['cnntop']:,.0f}", f"{row['peer']:,.0f}",
            f"{row['peerName']}, {row['mode']}" if "mode" in row else row["peerName"],
            f"{row['cnntop'] / row['peer']:.2f}", f"{wanted:g}", f"{row['gflops']:.0f}", f"{row['gflops'] / peak:.0%}",
            f"{row['memory']:.0f}", f"{row['peerMemory']:.0f}", row.get("date", "")])
        if kind == "inference":
            torch = row.get("pytorch")
            lines[-1][7:7] = [f"{torch['rate']:,.0f}, {torch['mode']}" if torch else "",
                              f"{row['cnntop'] / torch['rate']:.2f}" if torch else ""]
    head = ["preset", "batch", "cnntop", "peer", "best peer and mode", "ratio", "wanted", "GFLOP/s", "of peak", "MB", "peer MB",
            "measured"]
    if kind == "inference":
        head[7:7] = ["PyTorch", "ratio"]
    return aligned(head, lines) if lines else ""


def points(row, peak, head):
    peak = row.get("peakGflops", peak)
    return aligned(
        [head, "images/s", "GFLOP/s", "of peak", "MB"],
        [[point["label"], f"{point['cnntop']:,.0f}", f"{point['gflops']:.0f}", f"{point['gflops'] / peak:.0%}",
          f"{point['memory']:.0f}"] for point in row["points"]])


def document(kept):
    rows, peak = kept["rows"], kept["peakGflops"]
    parts = [
        "# cnntop beside other engines",
        "Written by `make compare` (Benchmarks/compare.py); the two sides took turns. Images/s are medians of windows. A "
        "training step gathers a mini-batch from memory, normalises it, goes forward and backward and updates the weights. "
        "MB is the peak memory of the whole process. GFLOP/s count the sums over windows as they are written in a textbook; "
        "where Winograd's filtering gets them with fewer multiplications, the share of the peak can exceed 100 %. The peak "
        "is that of multiply-adds in registers, measured in the sitting of each row.",
        f"{kept['machine']}; {kept['threads']} threads, which reach {peak:.0f} GFLOP/s; {kept['versions']}; last row "
        f"{kept['date']}."]
    training, inference = versus(rows, peak, "training"), versus(rows, peak, "inference")
    if training:
        parts += ["## Training", training]
    if inference:
        parts += ["## Inference", inference,
                  "cnntop also normalises bytes here; ONNX Runtime is given floats."]
    scaled = [[name.split("/")[1], f"{row['one']:,.0f}", f"{row['two']:,.0f}", f"{row['two'] / row['one']:.2f}"]
              for name, row in rows.items() if name.startswith("threads/")]
    if scaled:
        parts += ["## Two threads against one (training, batch 128)",
                  aligned(["preset", "1 thread", "2 threads", "ratio"], scaled)]
    if "batch" in rows:
        parts += ["## How cost grows with the batch (`fashion-mnist`)", points(rows["batch"], peak, "batch")]
    if "width" in rows:
        parts += ["## … and with the number of filters (`fashion-mnist`, batch 128)", points(rows["width"], peak, "width")]
    notes = sorted({row["note"] for row in rows.values() if row.get("note")})
    if notes:
        parts.append("\n".join(f"- {note}" for note in notes))
    return "\n\n".join(parts) + "\n"


def write_results(folder, found, peak, python):
    """Takes the new rows over the old ones and gives the document."""
    path = folder / "results.json"
    kept = json.loads(path.read_text()) if path.exists() else {"rows": {}}
    today = datetime.date.today().isoformat()
    kept["rows"].update({name: row | {"date": today} for name, row in found.items()})
    kept |= {"machine": machine(), "versions": versions(python),
             "peakGflops": max(row.get("peakGflops", 0) for row in kept["rows"].values()),
             "threads": peak["threads"], "date": today}
    path.write_text(json.dumps(kept, indent=1) + "\n")
    text = document(kept)
    (folder / "RESULTS.md").write_text(text)
    return text
