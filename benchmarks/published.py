"""Makes a file that `weit import` takes of a published residual network for CIFAR whose shortcuts have no weights.

    pip install torch numpy pillow safetensors
    python benchmarks/published.py resnet20-12fca82f.th resnet20.safetensors [--data ARCHIVE]
    printf '%s\\n' airplane automobile bird cat deer dog frog horse ship truck > classes.txt
    ./weit import resnet20.safetensors --class-names classes.txt --out weights.safetensors \\
      --mean 0.485,0.456,0.406 --deviation 0.229,0.224,0.225
    ./weit eval --weights weights.safetensors --data ARCHIVE

The checkpoints are those of https://github.com/akamaster/pytorch_resnet_cifar10 (BSD 2-Clause), the networks of He et al. 2015, which
where features double take every second pixel and pad with features of 0 on both sides. That is a 1x1 kernel of ones and zeros and
a batch norm that changes nothing, and is written as these. With --data (test/CLASS/IMAGE in a .tar.gz), prints how many
test images the original network, with no kernel in its shortcuts, gets right.
"""

import argparse
import io
import tarfile

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from torch.nn import functional as F

EPSILON = 1e-5
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)


def blocks(state):
    """The paths of all blocks, in order."""
    found = {name.rsplit(".", 2)[0] for name in state if name.endswith("conv1.weight") and "layer" in name}
    return sorted(found, key=lambda path: [int(part.removeprefix("layer")) for part in path.split(".")])


def norm(state, path, x):
    names = ("running_mean", "running_var", "weight", "bias")
    return F.batch_norm(x, *(state[f"{path}.{name}"] for name in names), eps=EPSILON)


def original(state, x):
    """Logits as the published network computes them."""
    x = F.relu(norm(state, "bn1", F.conv2d(x, state["conv1.weight"], padding=1)))
    for path in blocks(state):
        first = state[path + ".conv1.weight"]
        widened = first.shape[0] != first.shape[1]
        y = F.conv2d(x, first, stride=2 if widened else 1, padding=1)
        y = F.conv2d(F.relu(norm(state, path + ".bn1", y)), state[path + ".conv2.weight"], padding=1)
        if widened:
            more = first.shape[0] // 4
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, more, more))
        x = F.relu(norm(state, path + ".bn2", y) + x)
    return F.linear(x.mean((2, 3)), state["linear.weight"], state["linear.bias"])


def with_shortcuts(state):
    """The tensors under the names that timm, torchvision and weit have for them."""
    tensors = {name.replace("linear.", "fc."): tensor.clone() for name, tensor in state.items()}
    for path in blocks(state):
        features, before = state[path + ".conv1.weight"].shape[:2]
        if features != before:
            kernel = torch.zeros(features, before, 1, 1)
            kernel[torch.arange(before) + features // 4, torch.arange(before)] = 1
            tensors[path + ".downsample.0.weight"] = kernel
            for name, value in ("weight", 1), ("bias", 0), ("running_mean", 0), ("running_var", 1 - EPSILON):
                tensors[f"{path}.downsample.1.{name}"] = torch.full((features,), float(value))
    return tensors


def test_images(archive):
    """Batches of normalised test images, and the index of the class of each."""
    with tarfile.open(archive) as tar:
        members = [m for m in tar if m.isfile() and m.name.removeprefix("./").startswith("test/")]
        classes = sorted({member.name.split("/")[-2] for member in members})
        for start in range(0, len(members), 500):
            some = members[start : start + 500]
            pixels = [np.asarray(Image.open(io.BytesIO(tar.extractfile(m).read())).convert("RGB")) for m in some]
            images = torch.from_numpy(np.stack(pixels)).permute(0, 3, 1, 2) / 255
            labels = torch.tensor([classes.index(m.name.split("/")[-2]) for m in some])
            yield (images - MEAN) / DEVIATION, labels


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("out")
    parser.add_argument("--data")
    options = parser.parse_args()
    read = torch.load(options.checkpoint, map_location="cpu", weights_only=True)
    state = {name.removeprefix("module."): tensor for name, tensor in read["state_dict"].items()}
    save_file(with_shortcuts(state), options.out)
    print(f"its authors measured {read['best_prec1']:.2f} %")
    if options.data:
        right = total = 0
        for images, labels in test_images(options.data):
            right += (original(state, images).argmax(1) == labels).sum().item()
            total += len(labels)
        print(f"the original network gets {right} of {total} right")


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    main()
