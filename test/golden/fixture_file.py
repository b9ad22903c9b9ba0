"""Writes float32 safetensors files (huggingface/safetensors, "Format") without the package of that name."""

import json
import struct
from pathlib import Path

import torch


def write(path: Path, tensors: dict[str, torch.Tensor], metadata: dict[str, str]) -> None:
    header: dict[str, object] = {}
    body = bytearray()
    for name, tensor in tensors.items():
        values = tensor.detach().float().contiguous().flatten().tolist()
        begin = len(body)
        body += struct.pack(f"<{len(values)}f", *values)
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [begin, len(body)]}
    text = json.dumps({"__metadata__": metadata, **header}).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)
