"""Reads a run directory with TensorBoard's own EventAccumulator and prints what it found as one JSON document.

    python3 read_run.py runs/2026-11-24-fashion-mnist-01

Needs the package `tensorboard`; ends with code 77 (skipped) where it is not installed.
"""

import json
import sys

try:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
except ImportError:
    sys.exit(77)


def main(directory):
    log = EventAccumulator(directory, size_guidance={"scalars": 0, "images": 0, "tensors": 0})
    log.Reload()
    tags = log.Tags()
    images = {tag: log.Images(tag) for tag in tags["images"]}
    texts = log.summary_metadata
    found = {
        "scalars": {tag: [[e.step, repr(e.value)] for e in log.Scalars(tag)] for tag in tags["scalars"]},
        "images": {
            tag: [[e.step, e.width, e.height, e.encoded_image_string[:4].hex()] for e in events]
            for tag, events in images.items()
        },
        "texts": {
            tag: [e.tensor_proto.string_val[0].decode() for e in log.Tensors(tag)]
            for tag in tags["tensors"]
            if texts[tag].plugin_data.plugin_name == "text"
        },
    }
    print(json.dumps(found))


main(sys.argv[1])
