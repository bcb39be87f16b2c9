#!/usr/bin/env python3
"""Training throughput of JAX on some networks of the presets: the whole step jitted, buffers donated.

Same arguments and output as peer_pytorch.py.
"""
import argparse
import functools
import json
import os
import resource
import statistics
import time


def convolve(x, weights, padding):
    import jax
    axes = ("NWC", "WIO", "NWC") if x.ndim == 3 else ("NHWC", "HWIO", "NHWC")
    return jax.lax.conv_general_dilated(x, weights, (1,) * (x.ndim - 2), padding, dimension_numbers=axes)


def pool(x, size, stride, mean=False):
    import jax
    window, strides = (1, *[size] * (x.ndim - 2), 1), (1, *[stride] * (x.ndim - 2), 1)
    padding = "SAME" if size != stride else "VALID"
    if not mean:
        return jax.lax.reduce_window(x, -float("inf"), jax.lax.max, window, strides, padding)
    return jax.lax.reduce_window(x, 0.0, jax.lax.add, window, strides, padding) / size ** (x.ndim - 2)


# What is done one after the other: ("conv", filters, size, padding), ("norm",), ("relu",), ("max", size, stride),
# ("mean", size, stride), ("dense", outputs).
NETWORKS = {
    "fashion-mnist": ([
        ("conv", 8, 3, "SAME"), ("norm",), ("relu",), ("max", 2, 2), ("conv", 16, 3, "SAME"), ("norm",), ("relu",),
        ("max", 2, 2), ("conv", 32, 3, "SAME"), ("norm",), ("relu",), ("dense", 10)], (28, 28, 1), 54_000),
    "lenet": ([
        ("conv", 20, 5, "VALID"), ("max", 2, 2), ("conv", 50, 5, "VALID"), ("max", 2, 2), ("dense", 500), ("relu",),
        ("dense", 10)], (28, 28, 1), 54_000),
    "cifar10-quick": ([
        ("conv", 32, 5, "SAME"), ("max", 3, 2), ("relu",), ("conv", 32, 5, "SAME"), ("relu",), ("mean", 3, 2),
        ("conv", 64, 5, "SAME"), ("relu",), ("mean", 3, 2), ("dense", 64), ("dense", 10)], (32, 32, 3), 16_384),
    "chromatograms": ([
        ("conv", 16, 3, "SAME"), ("relu",), ("max", 2, 2), ("conv", 32, 3, "SAME"), ("relu",), ("max", 2, 2),
        ("conv", 64, 3, "SAME"), ("relu",), ("max", 2, 2), ("dense", 30), ("relu",), ("dense", 4)], (100, 1), 5_400)}


def forward(layers, parameters, x):
    import jax
    import jax.numpy as jnp
    remaining = iter(parameters)
    for kind, *options in layers:
        if kind == "conv":
            x = convolve(x, next(remaining), options[2]) + next(remaining)
        elif kind == "norm":
            axes = tuple(range(x.ndim - 1))
            mean, variance = x.mean(axes), x.var(axes)
            x = (x - mean) * jax.lax.rsqrt(variance + 1e-5) * next(remaining) + next(remaining)
        elif kind == "relu":
            x = jnp.maximum(x, 0)
        elif kind in ("max", "mean"):
            x = pool(x, *options, mean=kind == "mean")
        else:
            x = x.reshape(x.shape[0], -1) @ next(remaining) + next(remaining)
    return x


def initial(layers, shape, random):
    """Parameters in the order in which `forward` takes them."""
    import numpy
    parameters, size, channels = [], list(shape[:-1]), shape[-1]

    def weights(*dimensions):
        scale = (2 / numpy.prod(dimensions[:-1])) ** 0.5
        parameters.append((random.standard_normal(dimensions) * scale).astype(numpy.float32))
        parameters.append(numpy.zeros(dimensions[-1], numpy.float32))

    for kind, *options in layers:
        if kind == "conv":
            weights(*[options[1]] * len(size), channels, options[0])
            size = size if options[2] == "SAME" else [extent - options[1] + 1 for extent in size]
            channels = options[0]
        elif kind == "norm":
            parameters += [numpy.ones(channels, numpy.float32), numpy.zeros(channels, numpy.float32)]
        elif kind in ("max", "mean"):
            size = [-(-extent // options[1]) if options[0] != options[1] else extent // options[1] for extent in size]
        elif kind == "dense":
            weights(int(numpy.prod(size)) * channels, options[0])
            size, channels = [], options[0]
    return parameters


def trainer(preset, batch):
    import jax
    import jax.numpy as jnp
    import numpy
    layers, shape, count = NETWORKS[preset]
    random = numpy.random.default_rng(1)
    samples = jnp.asarray(random.integers(0, 256, (count, *shape), dtype=numpy.uint8))
    classes = layers[-1][1]
    labels = jnp.asarray(random.integers(0, classes, count))

    def loss(parameters, inputs, wanted):
        logits = forward(layers, parameters, inputs)
        return -jnp.take_along_axis(jax.nn.log_softmax(logits), wanted[:, None], 1).mean()

    @functools.partial(jax.jit, donate_argnums=(0, 1))
    def step(parameters, momenta, chosen):
        inputs = (samples[chosen].astype(jnp.float32) - 72.9) * (1 / 90.0)
        gradients = jax.grad(loss)(parameters, inputs, labels[chosen])
        momenta = [0.9 * m + g for m, g in zip(momenta, gradients)]
        return [p - 1e-4 * m for p, m in zip(parameters, momenta)], momenta

    parameters = [jnp.asarray(array) for array in initial(layers, shape, random)]
    state = [parameters, [jnp.zeros_like(array) for array in parameters]]

    def next_step():
        state[:] = step(*state, random.integers(0, count, batch))
        state[0][0].block_until_ready()
    return next_step


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("preset")
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--batch", type=int, default=128)
    options.add_argument("--windows", type=int, default=7)
    options.add_argument("--seconds", type=float, default=1.0)
    options.add_argument("--modes", default="jit")
    arguments = options.parse_args()
    # XLA takes as many threads as there are processors that the process may use.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:arguments.threads])
    import jax
    rates = {}
    if arguments.preset in NETWORKS:
        step = trainer(arguments.preset, arguments.batch)
        for _ in range(10):
            step()
        rates["jit"] = []
        for _ in range(arguments.windows):
            start, steps = time.perf_counter(), 0
            while time.perf_counter() - start < arguments.seconds:
                step()
                steps += 1
            rates["jit"].append(steps * arguments.batch / (time.perf_counter() - start))
    print(json.dumps({
        "peer": f"JAX {jax.__version__}", "rates": rates,
        "imagesPerSecond": {mode: statistics.median(values) for mode, values in rates.items()},
        "peakMemoryMB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
