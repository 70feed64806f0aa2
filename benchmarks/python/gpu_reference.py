"""The peer of benchmarks/LiftPlus.GpuCheck: plain_step.py's model with the same weights, on a GPU, in plain PyTorch and nothing else.

Reads the weights, images and labels that the check wrote (safetensors, read by the few lines below), and writes its figures as json.
float32 and tf32 differ in one switch; bfloat16 and float16 are autocast, float16 with GradScaler, as one trains in PyTorch.
"""
import argparse
import json
import re
import struct
import time

import torch
from torch.nn import functional as F

import plain_step

NAMES = [  # ours, theirs
    (r"image\.patch_embed\.proj\.weight", "patch.weight"),
    (r"image\.cls_token", "cls"),
    (r"image\.pos_embed", "pos"),
    (r"image\.norm_pre\.", "pre."),
    (r"image\.norm\.", "post."),
    (r"image\.blocks\.(\d+)\.mlp_branch\.adaptformer\.", r"blocks.\1.adapter."),
    (r"image\.blocks\.(\d+)\.attn\.", r"blocks.\1."),
    (r"image\.blocks\.(\d+)\.mlp\.", r"blocks.\1."),
    (r"image\.blocks\.(\d+)\.", r"blocks.\1."),
]


class Block(plain_step.Block):
    """The attention as one writes it for a GPU, where PyTorch has a fused one."""

    def forward(self, x):
        if not hasattr(F, "scaled_dot_product_attention"):
            return super().forward(x)
        b, n, d = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(b, n, 3, plain_step.HEADS, d // plain_step.HEADS).permute(2, 0, 3, 1, 4)
        h = x + self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, n, d))
        u = self.fc1(self.norm2(h))
        return h + self.fc2(u * torch.sigmoid(1.702 * u)) + self.adapter(h)


def read(path):
    types = {"F32": torch.float32, "I64": torch.int64}
    with open(path, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(size))
        data = bytearray(file.read())
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(data, dtype=types[entry["dtype"]], count=(end - begin) // (8 if entry["dtype"] == "I64" else 4), offset=begin)
        tensors[name] = flat.reshape(entry["shape"])
    return tensors


def build(tensors):
    plain_step.Block = Block
    plain_step.DEPTH = 1 + max(int(found[1]) for found in (re.match(r"image\.blocks\.(\d+)\.", name) for name in tensors) if found)
    classes, dim = len(tensors["head"]), len(tensors["image.blocks.0.mlp_branch.adaptformer.down.bias"])
    model = plain_step.Model(classes, dim)
    own = dict(model.named_parameters())
    left = set(own)
    with torch.no_grad():
        for name, value in tensors.items():
            for pattern, theirs in NAMES:
                new, found = re.subn("^" + pattern, theirs, name)
                if found:
                    name = new
                    break
            own[name].copy_(value.reshape(own[name].shape))
            left.remove(name)
    assert not left, f"without a value: {sorted(left)}"
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mode", required=True, choices=["float32", "tf32", "bfloat16", "float16"])
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--model", required=True)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    is_cuda = options.device == "cuda"
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = options.mode == "tf32"
    half = {"bfloat16": torch.bfloat16, "float16": torch.float16}.get(options.mode)
    if half is torch.float16 and not is_cuda:
        raise SystemExit("float16 needs a GPU in PyTorch's autocast")

    tensors = read(options.model)
    images, labels = tensors.pop("images").to(options.device), tensors.pop("labels").to(options.device)
    model = build(tensors).to(options.device)
    classes = len(tensors["head"])
    counts = torch.tensor([500.0 - 4 * c for c in range(classes)])
    prior = torch.log(counts / counts.sum()).to(options.device)
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.02, momentum=0.9, weight_decay=5e-4)
    scaler = torch.cuda.amp.GradScaler(enabled=half is torch.float16)

    def logits(x):
        with torch.autocast(options.device, dtype=half or torch.bfloat16, enabled=half is not None):
            return model(x)

    def infer():
        with torch.no_grad():
            return logits(images)

    def crops():
        part = images[: max(1, len(images) // 5)]
        with torch.no_grad():
            views = part.unsqueeze(1).expand(-1, 5, -1, -1, -1).flatten(0, 1)
            return logits(views).view(len(part), 5, -1).mean(1)

    def train():
        optimizer.zero_grad()
        scaler.scale(F.cross_entropy(logits(images).float() + prior, labels)).backward()
        scaler.step(optimizer)
        scaler.update()

    def synchronize():
        if is_cuda:
            torch.cuda.synchronize()

    def seconds(action):
        for _ in range(3):
            synchronize()
            start = time.perf_counter()
            action()
        synchronize()
        runs = max(2, int(options.seconds / (time.perf_counter() - start)))
        start = time.perf_counter()
        for _ in range(runs):
            action()
        synchronize()
        return (time.perf_counter() - start) / runs

    first = infer()[0].float().cpu().tolist()
    inference, training, ensemble = seconds(infer), seconds(train), seconds(crops)
    if is_cuda:
        free, total = torch.cuda.mem_get_info()
        memory = {"memoryMegabytes": round((total - free) / 1e6), "allocatedMegabytes": round(torch.cuda.max_memory_allocated() / 1e6)}
    else:
        import resource

        memory = {"memoryMegabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)}
    figures = {
        "torch": torch.__version__,
        "trainingImagesPerSecond": round(len(images) / training, 1),
        "inferenceImagesPerSecond": round(len(images) / inference, 1),
        "fiveCropImagesPerSecond": round(max(1, len(images) // 5) / ensemble, 1),
        **memory,
        "logits": first,
    }
    with open(options.output, "w") as file:
        json.dump(figures, file)


if __name__ == "__main__":
    main()
