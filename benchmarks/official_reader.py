"""Asks the official safetensors reader about files that ours accepted. Usage: official_reader.py FOLDER

Prints every file that it rejects; the exit code is the number of them (at most 100). Needs the Python package safetensors.
"""
import pathlib
import sys

from safetensors import SafetensorError, deserialize

rejected = 0
count = 0
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.safetensors")):
    count += 1
    try:
        deserialize(path.read_bytes())
    except SafetensorError as error:
        rejected += 1
        print(path.name, error)
print(count, "files,", rejected, "rejected")
sys.exit(min(rejected, 100))
