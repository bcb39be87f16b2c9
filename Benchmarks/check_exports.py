"""Checks ONNX files that cnntop wrote: onnx.checker accepts them, and ONNX Runtime computes what cnntop computed.

NAME.onnx comes with NAME.input and NAME.output: samples and results as 32-bit numbers.
"""

import pathlib
import sys

import numpy
import onnx
import onnxruntime

LARGEST_DIFFERENCE = 1e-4


def difference(path: pathlib.Path) -> float:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    info = session.get_inputs()[0]
    samples = numpy.fromfile(path.with_suffix(".input"), dtype=numpy.float32)
    found = session.run(None, {info.name: samples.reshape([-1, *info.shape[1:]])})[0]
    expected = numpy.fromfile(path.with_suffix(".output"), dtype=numpy.float32).reshape(found.shape)
    return float(numpy.abs(found - expected).max())


def main(folder: str) -> int:
    files = sorted(pathlib.Path(folder).glob("*.onnx"))
    differences = {path.stem: difference(path) for path in files}
    for name, value in differences.items():
        print(f"{name}: checked, largest difference {value:.1e}")
    return 0 if differences and max(differences.values()) < LARGEST_DIFFERENCE else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
