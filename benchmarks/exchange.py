"""Exchanges files with our reader and writer, through the official safetensors library and PyTorch.

    python exchange.py write FOLDER [small]    for ExchangedFiles to read
    python exchange.py read FOLDER [small]     compares what ExchangedFiles wrote; exit code 1 if anything differs

The large file takes 2.7 GiB on the disk and 6 GiB of memory to write; small leaves it out. Needs the Python packages
safetensors and torch.
"""
import pathlib
import sys

import torch
from safetensors import safe_open
from safetensors.torch import save_file

INFINITY = float("inf")
NAN = float("nan")


def floats(largest, smallest):
    return [0.0, -0.0, 1.0, -1.5, 0.1, largest, smallest, INFINITY, -INFINITY, NAN]


# What the Java side has as bits, here as numbers that PyTorch converts.
VALUES = {
    "F64": (torch.float64, floats(sys.float_info.max, 2.0**-1074)),
    "F32": (torch.float32, floats((2 - 2.0**-23) * 2.0**127, 2.0**-149)),
    "F16": (torch.float16, floats(65504.0, 2.0**-24)),
    "BF16": (torch.bfloat16, floats((2 - 2.0**-7) * 2.0**127, 2.0**-133)),
    "I64": (torch.int64, [0, 1, -1, 2**63 - 1, -(2**63), 2**53 + 1]),
    "I32": (torch.int32, [0, 1, -1, 2**31 - 1, -(2**31)]),
    "U8": (torch.uint8, [0, 1, 127, 128, 255]),
    "BOOL": (torch.bool, [False, True, True, False]),
}

NAMES = [
    "",
    " ",
    "blocks.0.attn/qkv.weight",
    "\u00fcml\u00e4ut",
    "\u91cd\u307f",
    "\U0001f600",
    "e\u0301",
    '"quoted" \\ back',
    "line\nfeed\ttab",
    "\0\x1f\x7f",
    "\u2028\u202e\ufeff",
    "__metadata",
    "dtype",
    "n" * 1000,
]

# Types of the format that ours refuses.
REFUSED = [
    torch.int8,
    torch.int16,
    torch.uint16,
    torch.uint32,
    torch.uint64,
    torch.complex64,
    torch.float8_e4m3fn,
    torch.float8_e5m2,
]

LARGE_PARTS = 5
LARGE_BYTES = 520 << 20
LARGE_SHIFT = 4096


def all_types():
    tensors = {}
    for name, (dtype, values) in VALUES.items():
        tensors[name + "/values"] = torch.tensor(values, dtype=dtype)
        tensors[name + "/matrix"] = torch.tensor([values, values[::-1]], dtype=dtype)
        tensors[name + "/scalar"] = torch.tensor(values[2], dtype=dtype)
        tensors[name + "/empty"] = torch.zeros(0, dtype=dtype)
        tensors[name + "/no-columns"] = torch.zeros(2, 0, 3, dtype=dtype)
    return tensors, {"format": "pt", "\u00e9": "\u00fcber \U0001f600"}


def names():
    tensors = {name: torch.tensor([i], dtype=torch.uint8) for i, name in enumerate(NAMES)}
    return tensors, dict(zip(NAMES, reversed(NAMES)))


def large():
    longs = (LARGE_BYTES + LARGE_PARTS * LARGE_SHIFT) // 8
    factor = 0x9E3779B97F4A7C15 - 2**64
    pattern = torch.arange(longs, dtype=torch.int64).mul_(factor).view(torch.uint8)
    parts = [pattern[i * LARGE_SHIFT :][:LARGE_BYTES] for i in range(LARGE_PARTS)]
    return {f"part{i}": part for i, part in enumerate(parts)}, None


def contents(small):
    files = {
        "all-types": all_types,
        "names": names,
        "none": lambda: ({}, None),
        "notes": lambda: ({}, {"only": "notes"}),
    }
    return files if small else files | {"large": large}


def write(folder, small):
    (folder / "refused").mkdir(parents=True, exist_ok=True)
    for name, content in contents(small).items():
        tensors, metadata = content()
        if name == "large":  # the official writer refuses tensors that share memory
            tensors = {key: tensor.clone() for key, tensor in tensors.items()}
        save_file(tensors, folder / f"{name}.safetensors", metadata)
    for dtype in REFUSED:
        save_file({"a": torch.zeros(2, dtype=dtype)}, folder / "refused" / f"{str(dtype)[6:]}.safetensors")
    print("wrote", len(contents(small)) + len(REFUSED), "files")


def same(one, other):
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    return one.numel() == 0 or torch.equal(one.reshape(-1).view(torch.uint8), other.reshape(-1).view(torch.uint8))


def read(folder, small):
    wrong = tensors = 0
    for name, content in contents(small).items():
        expected, metadata = content()
        with safe_open(folder / f"{name}.safetensors", "pt") as file:
            if (file.metadata() or {}) != (metadata or {}) or set(file.keys()) != set(expected):
                wrong += 1
                print(name, "has other names or metadata:", file.keys(), file.metadata())
            for key in set(file.keys()) & set(expected):
                tensors += 1
                if not same(file.get_tensor(key), expected[key]):
                    wrong += 1
                    print(name, repr(key), "differs, found", file.get_tensor(key))
    print(len(contents(small)), "files,", tensors, "tensors:", wrong, "wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit({"write": write, "read": read}[sys.argv[1]](pathlib.Path(sys.argv[2]), len(sys.argv) > 3))
