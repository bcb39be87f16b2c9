#!/bin/sh
# Checks the reading and writing of ONNX against ONNX itself: every conformance case of the operators that cnntop
# imports or trains with, and cnntop's own files in onnx.checker and ONNX Runtime.
#
# The packages come from PyPI into .build/conformance; about 120 MB.
set -eu
cd "$(dirname "$0")/.."
venv=.build/conformance
if ! [ -x "$venv/bin/python" ] || ! "$venv/bin/python" -c "import onnx, onnxruntime" 2>/dev/null; then
    python3 -m venv "$venv" || { echo "needs Python's venv: apt-get install python3-venv" >&2; exit 2; }
    "$venv/bin/pip" install --quiet "onnx==1.17.0" onnxruntime "numpy<2.3"
fi
exports=$(mktemp -d)
trap 'rm -rf "$exports"' EXIT
CNNTOP_ONNX_CASES=$("$venv/bin/python" -c "import onnx.backend.test as t; print(t.__path__[0] + '/data/node')")
CNNTOP_EXPORTS=$exports
export CNNTOP_ONNX_CASES CNNTOP_EXPORTS
swift test -c release --disable-testable-imports --filter "ConformanceTests|ONNXExportTests"
"$venv/bin/python" Benchmarks/check_exports.py "$exports"
