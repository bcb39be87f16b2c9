"""Writes torchvision's networks with random weights as ONNX, each with an input and what PyTorch makes of it.

    pip install torch torchvision onnx
    python Benchmarks/export_models.py FOLDER [NAME ...]
    CNNTOP_MODELS=FOLDER swift test -c release --filter ForeignModelTests
"""

import pathlib
import sys

import torch
from torchvision import models

NAMES = [
    "alexnet", "googlenet", "resnet18", "resnet50", "squeezenet1_1", "mobilenet_v2", "mobilenet_v3_small",
    "shufflenet_v2_x0_5", "densenet121", "mnasnet0_5", "efficientnet_b0", "regnet_y_400mf", "inception_v3", "vgg11_bn",
]


def network(name: str) -> torch.nn.Module:
    options = {"aux_logits": False, "init_weights": False} if name in ("googlenet", "inception_v3") else {}
    made = getattr(models, name)(weights=None, **options).eval()
    for module in made.modules():
        if isinstance(module, torch.nn.BatchNorm2d):  # statistics other than 0 and 1, which would hide mistakes
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    return made


def export(name: str, folder: pathlib.Path) -> None:
    made = network(name)
    size = 299 if name == "inception_v3" else 224
    samples = torch.randn(2, 3, size, size)
    axes = {"input": {0: "N"}, "output": {0: "N"}}
    torch.onnx.export(
        made, (samples,), str(folder / f"{name}.onnx"), opset_version=17, dynamo=False, input_names=["input"],
        output_names=["output"], dynamic_axes=axes)
    with torch.no_grad():
        made(samples).numpy().tofile(folder / f"{name}.output")
    samples.numpy().tofile(folder / f"{name}.input")


if __name__ == "__main__":
    torch.manual_seed(0)
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for wanted in sys.argv[2:] or NAMES:
        export(wanted, target)
        print(wanted)
