"""Makes the small model files beside it, with inputs and outputs as PyTorch and Keras compute them.

Needs torch, safetensors, h5py and Keras 3 (`pip install torch safetensors h5py keras`).
"""
import os
import zipfile

os.environ["KERAS_BACKEND"] = "torch"
import h5py
import keras
import numpy as np
import torch
from keras import layers as L
from safetensors.numpy import save_file

here = os.path.dirname(os.path.abspath(__file__))
random = np.random.RandomState(3)


def normal(*shape):
    return random.randn(*shape).astype("f")


def path(name):
    return os.path.join(here, name)


def keras_fixture(model, name, x, extensions):
    """Weights without training, variances positive; `x` and `y` as Keras has them, channels last."""
    model.set_weights(
        [
            (random.rand(*w.shape) * 0.5 + 0.5 if "variance" in v.path else random.randn(*w.shape) * 0.3).astype("f")
            for w, v in zip(model.get_weights(), model.weights)
        ]
    )
    for extension in extensions:
        model.save(path(name + extension))
    save_file({"x": x, "y": model.predict(x, verbose=0)}, path(name + "-expected.safetensors"))


def sequential():
    return keras.Sequential(
        [
            keras.Input((11, 9, 3)),
            L.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
            L.BatchNormalization(),
            L.MaxPooling2D(2, padding="same"),
            L.Flatten(),
            L.Dropout(0.2),
            L.BatchNormalization(),
            L.Dense(5, activation="tanh"),
            L.Dense(3, activation="softmax"),
        ]
    )


def functional():
    i = keras.Input((12, 10, 2))
    a = L.Conv2D(6, 3, strides=2, use_bias=False, name="c1")(L.ZeroPadding2D(((1, 2), (0, 1)))(i))
    b = L.ReLU()(L.BatchNormalization(scale=False)(a))
    c = L.SeparableConv2D(6, 3, padding="same", depth_multiplier=2)(b)
    d = L.DepthwiseConv2D(3, padding="same", activation="sigmoid")(b)
    f = L.LeakyReLU(negative_slope=0.2)(L.Concatenate()([L.Add()([b, c]), d]))
    f = L.MaxPooling2D(2, strides=1)(L.ZeroPadding2D(1)(f))
    # Not with same padding: the PyTorch backend repeats the border there, TensorFlow leaves it out of the mean.
    g = L.AveragePooling2D(3, strides=2)(f)
    return keras.Model(i, L.Dense(4)(L.Concatenate()([L.GlobalAveragePooling2D()(g), L.Flatten()(g)])))


def signal():
    return keras.Sequential(
        [
            keras.Input((40, 3)),
            L.Conv1D(5, 5, padding="causal", dilation_rate=2, activation="relu"),
            L.MaxPooling1D(2),
            L.Conv1D(6, 3, strides=2, padding="same"),
            L.LeakyReLU(),
            L.GlobalMaxPooling1D(),
            L.Dense(2, activation="softmax"),
        ]
    )


def nested():
    base = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            L.Conv2D(4, 3, padding="same"),
            L.BatchNormalization(),
            L.ReLU(max_value=6),
        ],
        name="base",
    )
    base.trainable = False
    i = keras.Input((8, 8, 3))
    x = L.GlobalMaxPooling2D()(base(L.Rescaling(1 / 255.0, offset=-0.5)(i)))
    return keras.Model(i, L.Dense(3, activation="softmax")(x))


def gated():
    i = keras.Input((9, 9, 3))
    x = L.Conv2D(8, 3, groups=2, dilation_rate=2, padding="same", activation="elu")(L.Conv2D(4, 1)(i))
    s = L.Dense(8, activation="hard_sigmoid")(L.GlobalAveragePooling2D(keepdims=True)(x))
    x = L.PReLU(shared_axes=[1, 2])(L.Multiply()([x, s]))
    x = L.Average()([L.Subtract()([x, L.Conv2D(8, 1, activation="swish")(x)]), x])
    return keras.Model(i, L.Flatten()(L.Conv2D(2, 3)(x)))


def grey():
    return keras.Sequential([keras.Input((6, 5)), L.Flatten(), L.Dense(3, activation="relu"), L.Dense(2)])


def torch_fixtures():
    base = torch.tensor(normal(4, 6))
    tensors = {
        "layer1.0.conv.weight": torch.tensor(normal(2, 3, 2, 2)),
        "transposed": base.t(),
        "slice": base[1:3, ::2],
        "half": torch.tensor(normal(5)).half(),
        "bfloat": torch.tensor(normal(5)).bfloat16(),
        "double": torch.tensor(normal(2, 2)).double(),
        "long": torch.tensor([3, -4, 2**33]),
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 3),
        "parameter": torch.nn.Parameter(torch.tensor(normal(3))),
    }
    prefixed = {"module." + k: v for k, v in tensors.items()}
    torch.save(prefixed, path("state.pt"))
    checkpoint = {"epoch": 7, "state_dict": prefixed, "best": 91.5, "name": "small"}
    torch.save(checkpoint, path("checkpoint.th"), _use_new_zipfile_serialization=False)
    save_file({k: v.detach().float().contiguous().numpy() for k, v in tensors.items()}, path("state-expected.safetensors"))
    torch.save(torch.nn.Linear(2, 2), path("module.pt"))


keras.utils.set_random_seed(1)
keras_fixture(sequential(), "sequential", normal(4, 11, 9, 3), [".h5", ".keras"])
keras_fixture(functional(), "functional", normal(3, 12, 10, 2), [".h5", ".keras"])
keras_fixture(signal(), "signal", normal(3, 40, 3), [".keras"])
keras_fixture(nested(), "nested", (random.rand(3, 8, 8, 3) * 255).astype("f"), [".h5", ".keras"])
keras_fixture(gated(), "gated", normal(3, 9, 9, 3), [".keras"])
keras_fixture(grey(), "grey", normal(3, 6, 5), [".h5"])
torch_fixtures()

# Packed again, which makes text much smaller, and without its weights.
with zipfile.ZipFile(path("sequential.keras")) as whole:
    with zipfile.ZipFile(path("weightless.keras"), "w") as packed:
        for name in ["metadata.json", "config.json"]:
            packed.writestr(zipfile.ZipInfo(name), whole.read(name), zipfile.ZIP_DEFLATED)

# Chunks, compression, shuffling, big-endian numbers, and the newer form of groups.
with h5py.File(path("chunked.h5"), "w") as file:
    values = normal(7, 5, 3)
    file.attrs["keras_version"] = "2.15.0"
    file.create_dataset("deflated", data=values, chunks=(3, 2, 3), compression="gzip", shuffle=True)
    file.create_dataset("big", data=values.astype(">f8"))
    file.create_dataset("half", data=values.astype("f2"))
    file.create_dataset("whole", data=np.arange(-6, 6, dtype="i2").reshape(3, 4))
    file.create_dataset("one", data=np.float32(4.25))
with h5py.File(path("newest.h5"), "w", libver="latest") as file:
    file.create_dataset("a/b/values", data=values)
save_file({"values": values}, path("chunked-expected.safetensors"))

# A model that Keras 2.0.5 saved, too large for this folder, with what Keras 3 computes from it.
emotions = os.path.join(os.environ["CNNTOP_DATA"], "models/fer_emotion_model.hdf5")
if os.path.exists(emotions):
    model = keras.models.load_model(emotions, compile=False)
    x = random.rand(1, 64, 64, 1).astype("f") * 2 - 1
    save_file({"x": x, "y": model.predict(x, verbose=0)}, path("emotions-expected.safetensors"))
