"""Writes image sets as tar archives of train/CLASS/N.png and test/CLASS/N.png, which --data reads.

Usage: transfer_data.py idx IMAGES LABELS TEST_IMAGES TEST_LABELS CLASSES ARCHIVE
       transfer_data.py digits CSV ARCHIVE
       transfer_data.py emoji FOLDER ARCHIVE
Python's own library is all it needs; the same files give the same archive.
"""

import gzip
import hashlib
import io
import json
import os
import struct
import sys
import tarfile
import zlib


def png(side, channels, pixels):
    """8 bits, grey or RGB, without filters."""
    row = side * channels
    raw = b"".join(b"\0" + pixels[y * row : (y + 1) * row] for y in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 2 if channels == 3 else 0, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(raw)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def rgba(file):
    """Side and pixels of a square PNG: colours or greys with transparency, or a palette."""
    with open(file, "rb") as stream:
        data = stream.read()
    at, chunks = 8, {b"IDAT": b"", b"PLTE": b"", b"tRNS": b""}
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        chunks[kind] = chunks.get(kind, b"") + data[at + 8 : at + 8 + length]
        at += 12 + length
    side, height, bits, colours, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    channels = {6: 4, 4: 2, 3: 1}.get(colours, 0)
    if side != height or interlaced or not channels or (bits != 8 and colours != 3):
        sys.exit(f"{file}: a PNG of another kind than this script reads: {chunks[b'IHDR']}")
    raw = zlib.decompress(chunks[b"IDAT"])
    row = (side * channels * bits + 7) // 8
    pixels, before = bytearray(), bytearray(row)
    for y in range(side):
        line = bytearray(raw[y * (row + 1) + 1 : (y + 1) * (row + 1)])
        unfilter(raw[y * (row + 1)], line, before, channels)
        for x in range(side):
            if colours == 6:
                pixels += line[4 * x : 4 * x + 4]
            elif colours == 4:
                pixels += bytes([line[2 * x]] * 3 + [line[2 * x + 1]])
            else:
                index = line[x * bits // 8] >> (8 - bits - x * bits % 8) & ((1 << bits) - 1)
                pixels += chunks[b"PLTE"][3 * index : 3 * index + 3]
                pixels += (chunks[b"tRNS"][index : index + 1] or b"\xff")
        before = line
    return side, pixels


def unfilter(kind, line, above, step):
    for i in range(len(line) if kind else 0):
        left = line[i - step] if i >= step else 0
        corner = above[i - step] if i >= step else 0
        guess = left + above[i] - corner
        paeth = min((left, above[i], corner), key=lambda value: abs(guess - value))
        add = {1: left, 2: above[i], 3: (left + above[i]) // 2, 4: paeth}[kind]
        line[i] = (line[i] + add) & 255


def on_white(side, pixels):
    """Half as high and wide, in front of white: RGB."""
    half, out = side // 2, bytearray()
    for y in range(half):
        for x in range(half):
            places = [4 * ((2 * y + v) * side + 2 * x + u) for v in (0, 1) for u in (0, 1)]
            for c in range(3):
                total = sum(
                    pixels[p + c] * pixels[p + 3] + 255 * (255 - pixels[p + 3]) for p in places
                )
                out.append((total + 2 * 255) // (4 * 255))
    return half, bytes(out)


class Archive:
    def __init__(self, path):
        self.path = path
        self.tar = tarfile.open(path + ".part", "w")
        self.counts = {}

    def add(self, part, name, content):
        number = self.counts.get((part, name), 0)
        self.counts[part, name] = number + 1
        entry = tarfile.TarInfo(f"{part}/{name}/{number:05d}.png")
        entry.size = len(content)
        self.tar.addfile(entry, io.BytesIO(content))

    def close(self):
        self.tar.close()
        os.replace(self.path + ".part", self.path)
        for part in ("train", "test"):
            found = [count for (where, _), count in self.counts.items() if where == part]
            print(f"{self.path}: {part} has {sum(found)} images in {len(found)} classes")


def read(path):
    with open(path, "rb") as stream:
        data = stream.read()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def idx(train_images, train_labels, test_images, test_labels, classes, archive):
    names = classes.split(",")
    out = Archive(archive)
    for part, images, labels in (
        ("train", read(train_images), read(train_labels)),
        ("test", read(test_images), read(test_labels)),
    ):
        _, count, side, _ = struct.unpack(">IIII", images[:16])
        for i in range(count):
            pixels = images[16 + i * side * side : 16 + (i + 1) * side * side]
            out.add(part, names[labels[8 + i]], png(side, 1, pixels))
    out.close()


def digits(csv, archive):
    """The last fifth is for testing."""
    rows = [[int(value) for value in line.split(",")] for line in read(csv).decode().splitlines()]
    out = Archive(archive)
    for i, row in enumerate(rows):
        part = "train" if i < len(rows) * 4 // 5 else "test"
        out.add(part, str(row[64]), png(8, 1, bytes(255 * value // 16 for value in row[:64])))
    out.close()


def emoji(folder, archive):
    """Every fifth emoji is for testing, in all drawings of it; without shades of skin."""
    vendors = [name for name in ("google", "twitter") if os.path.isdir(f"{folder}/{name}")]
    with open(f"{folder}/{vendors[0]}/emoji.json") as stream:
        known = [e for e in json.load(stream) if e["category"] != "Component"]
    known.sort(key=lambda e: hashlib.sha256(e["unified"].encode()).hexdigest())
    out = Archive(archive)
    for i, entry in enumerate(known):
        for vendor in vendors:
            file = f"{folder}/{vendor}/img/{vendor}/64/{entry['image']}"
            if os.path.exists(file):
                name = entry["category"].replace(" & ", " and ")
                side, pixels = on_white(*rgba(file))
                out.add("test" if i % 5 == 0 else "train", name, png(side, 3, pixels))
    out.close()


if __name__ == "__main__":
    {"idx": idx, "digits": digits, "emoji": emoji}[sys.argv[1]](*sys.argv[2:])
