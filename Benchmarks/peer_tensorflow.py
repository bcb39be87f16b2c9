#!/usr/bin/env python3
"""Training throughput of TensorFlow on some networks of the presets: a whole step in one `tf.function`.

Same arguments and output as peer_pytorch.py.
"""
import argparse
import json
import os
import resource
import statistics
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf  # noqa: E402
from tensorflow.keras import layers as L  # noqa: E402


def conv(filters, size, same=True):
    return L.Conv2D(filters, size, padding="same" if same else "valid")


def fashion_mnist():
    network = []
    for filters in (8, 16, 32):
        network += [conv(filters, 3), L.BatchNormalization(), L.ReLU(), L.MaxPooling2D(2)]
    return network[:-1] + [L.Flatten(), L.Dense(10)]


def lenet():
    return [conv(20, 5, False), L.MaxPooling2D(2), conv(50, 5, False), L.MaxPooling2D(2), L.Flatten(),
            L.Dense(500, activation="relu"), L.Dense(10)]


def cifar10_quick():
    return [conv(32, 5), L.MaxPooling2D(3, 2, "same"), L.ReLU(), conv(32, 5), L.ReLU(),
            L.AveragePooling2D(3, 2, "same"), conv(64, 5), L.ReLU(), L.AveragePooling2D(3, 2, "same"), L.Flatten(),
            L.Dense(64), L.Dense(10)]


def chromatograms():
    network = []
    for filters in (16, 32, 64):
        network += [L.Conv1D(filters, 3, padding="same", activation="relu"), L.MaxPooling1D(2)]
    return network + [L.Flatten(), L.Dense(30, activation="relu"), L.Dense(4)]


# Maker, shape of a sample (channels last), classes, number of samples.
NETWORKS = {
    "fashion-mnist": (fashion_mnist, (28, 28, 1), 10, 54_000), "lenet": (lenet, (28, 28, 1), 10, 54_000),
    "cifar10-quick": (cifar10_quick, (32, 32, 3), 10, 16_384),
    "chromatograms": (chromatograms, (100, 1), 4, 5_400)}


def trainer(preset, batch):
    """A function that does one step."""
    make, shape, classes, count = NETWORKS[preset]
    network = tf.keras.Sequential([L.Input(shape), *make()])
    random = tf.random.Generator.from_seed(1)
    samples = tf.cast(random.uniform([count, *shape], 0, 256, tf.int32), tf.uint8)
    labels = random.uniform([count], 0, classes, tf.int32)
    optimizer = tf.keras.optimizers.SGD(1e-4, momentum=0.9)
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    @tf.function
    def step(chosen):
        inputs = (tf.cast(tf.gather(samples, chosen), tf.float32) - 72.9) * (1 / 90.0)
        with tf.GradientTape() as tape:
            value = loss(tf.gather(labels, chosen), network(inputs, training=True))
        gradients = tape.gradient(value, network.trainable_variables)
        optimizer.apply_gradients(zip(gradients, network.trainable_variables))
        return value

    def next_step():
        return step(random.uniform([batch], 0, count, tf.int32)).numpy()
    return next_step


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("preset")
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--batch", type=int, default=128)
    options.add_argument("--windows", type=int, default=7)
    options.add_argument("--seconds", type=float, default=1.0)
    options.add_argument("--modes", default="function")
    arguments = options.parse_args()
    rates = {}
    if arguments.preset in NETWORKS:
        tf.config.threading.set_intra_op_parallelism_threads(arguments.threads)
        step = trainer(arguments.preset, arguments.batch)
        rates["function"] = measure(step, arguments)
    print(json.dumps({
        "peer": f"TensorFlow {tf.__version__}", "rates": rates,
        "imagesPerSecond": {mode: statistics.median(values) for mode, values in rates.items()},
        "peakMemoryMB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def measure(step, arguments):
    for _ in range(10):
        step()
    rates = []
    for _ in range(arguments.windows):
        start, steps = time.perf_counter(), 0
        while time.perf_counter() - start < arguments.seconds:
            step()
            steps += 1
        rates.append(steps * arguments.batch / (time.perf_counter() - start))
    return rates


if __name__ == "__main__":
    main()
