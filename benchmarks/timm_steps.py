#!/usr/bin/env python3
"""The process of one of timm's arms in a race of training steps: eager PyTorch, as a user of timm writes it.

Usage: timm_steps.py ARM THREADS SEED, ARM as timm:vit:192x4:f32 or timm:resnet18:64x2-2-2-2:bf16:32. It speaks the protocol
of StepWorker.java: says `ready` and a JSON object, then answers `run N` with the milliseconds of N steps, `loss` with the last
loss; `quit` ends it. benchmarks/steps.sh starts it. Needs torch and timm.
"""

import contextlib
import json
import os
import platform
import sys
import time
import types

CLASSES = 10
IMAGE = 32
PATCH = 4
HEAD = 32
WEIGHT_DECAY = 0.05
RATE = 1e-6  # as in StepModel.java, which says why


def import_timm():
    """timm, also where torchvision was built for another PyTorch: none of its operators is used here."""
    try:
        import timm
    except RuntimeError:
        import torch

        for name in [name for name in sys.modules if name.split(".")[0] in ("timm", "torchvision")]:
            del sys.modules[name]
        torch.library.define("torchvision::nms", "(Tensor a, Tensor b, float c) -> Tensor")
        sys.modules["torchvision._meta_registrations"] = types.ModuleType("torchvision._meta_registrations")
        import timm
    return timm


def build(network, size):
    from timm.models.vision_transformer import VisionTransformer

    width, depth = size.split("x")
    if network == "vit":
        width = int(width)
        return VisionTransformer(
            img_size=IMAGE,
            patch_size=PATCH,
            embed_dim=width,
            depth=int(depth),
            num_heads=width // HEAD,
            num_classes=CLASSES,
        )
    if network == "resnet18" and size == "64x2-2-2-2":
        model = timm.create_model("resnet18", num_classes=CLASSES)
        model.conv1 = torch.nn.Conv2d(3, 64, 3, stride=1, padding=1, bias=False)  # for images of 32x32
        model.maxpool = torch.nn.Identity()
        return model
    sys.exit(f"timm has no {network} of size {size} here")


class Training:
    def __init__(self, arm, seed):
        network, size, precision = arm[1:4]
        batch = int(arm[4]) if len(arm) > 4 else 64
        torch.manual_seed(seed)
        self.model = build(network, size).train()
        self.images = torch.randn(batch, 3, IMAGE, IMAGE)
        self.labels = torch.randint(0, CLASSES, (batch,))
        matrices = [p for p in self.model.parameters() if p.ndim > 1]
        vectors = [p for p in self.model.parameters() if p.ndim <= 1]
        groups = [{"params": matrices, "weight_decay": WEIGHT_DECAY}, {"params": vectors, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=RATE, fused=True)
        if precision not in ("f32", "bf16"):
            sys.exit(f"expected f32 or bf16, found {precision}")
        self.half = precision == "bf16"
        self.loss = float("nan")

    def parameters(self):
        return sum(p.numel() for p in self.model.parameters())

    def step(self):
        with torch.autocast("cpu", torch.bfloat16) if self.half else contextlib.nullcontext():
            loss = torch.nn.functional.cross_entropy(self.model(self.images), self.labels)
        loss.backward()
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.loss = loss.item()

    def run(self, steps):
        times = []
        last = time.perf_counter()
        for _ in range(steps):
            self.step()
            now = time.perf_counter()
            times.append(1e3 * (now - last))
            last = now
        return times


def serve(training, answers):
    facts = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "timm": timm.__version__,
        "threads": torch.get_num_threads(),
        "parameters": training.parameters(),
    }
    print("ready", json.dumps(facts), file=answers, flush=True)
    for line in sys.stdin:
        words = line.split()
        if words == ["quit"]:
            break
        if words == ["loss"]:
            print(training.loss, file=answers, flush=True)
        elif len(words) == 2 and words[0] == "run":
            print(*training.run(int(words[1])), file=answers, flush=True)
        else:
            sys.exit(f"expected 'run N', 'loss' or 'quit', found {line!r}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    own_output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever libraries print goes to standard error
    try:
        import torch

        timm = import_timm()
    except ImportError as e:
        sys.exit(f"{e}; timm's arms need PyTorch and timm: pip install torch timm, or name another interpreter with PYTHON=...")
    torch.set_num_threads(int(sys.argv[2]))
    serve(Training(sys.argv[1].split(":"), int(sys.argv[3])), own_output)
