#!/usr/bin/env python3
"""Inference throughput of ONNX Runtime on the networks of the presets, with random weights.

`--export FILE` writes the network as ONNX (PyTorch is imported for that alone); without it FILE is measured: samples
that are floats already go in, logits come out, so that nothing but the network is timed.
"""
import argparse
import json
import resource
import statistics
import time


def export(preset, path):
    import warnings

    import torch

    from peer_pytorch import NETWORKS
    warnings.filterwarnings("ignore")
    make, shape, _, _ = NETWORKS[preset]
    network = make().eval()
    torch.onnx.export(
        network, torch.zeros(2, *shape), path, input_names=["input"], output_names=["output"],
        dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}}, opset_version=17, dynamo=False)


def measure(path, batch, threads, windows, seconds):
    import numpy
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    shape = [size if isinstance(size, int) else batch for size in session.get_inputs()[0].shape]
    inputs = {"input": numpy.random.default_rng(1).random(shape, dtype=numpy.float32)}
    for _ in range(10):
        session.run(None, inputs)
    rates = []
    for _ in range(windows):
        start, steps = time.perf_counter(), 0
        while time.perf_counter() - start < seconds:
            session.run(None, inputs)
            steps += 1
        rates.append(steps * batch / (time.perf_counter() - start))
    return {
        "peer": f"ONNX Runtime {onnxruntime.__version__}", "rates": {"session": rates},
        "imagesPerSecond": {"session": statistics.median(rates)},
        "peakMemoryMB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("preset")
    options.add_argument("path")
    options.add_argument("--export", action="store_true")
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--batch", type=int, default=1)
    options.add_argument("--windows", type=int, default=7)
    options.add_argument("--seconds", type=float, default=1.0)
    arguments = options.parse_args()
    if arguments.export:
        export(arguments.preset, arguments.path)
    else:
        print(json.dumps(measure(
            arguments.path, arguments.batch, arguments.threads, arguments.windows, arguments.seconds)))


if __name__ == "__main__":
    main()
