"""The step that the training benchmark measures, written plainly in PyTorch: ViT-B/16, AdaptFormer, cosine head, logit-adjusted loss, SGD.

Written from the papers (arXiv 2010.11929, 2205.13535, 2504.13282) with PyTorch's own modules and no tricks, as one would write it first.
Prints one line of json. Debian: apt-get install python3-torch libopenblas0-pthread (with the default BLAS it is 30 times slower, and no peer).
"""
import argparse
import json
import time

import torch
from torch import nn
from torch.nn import functional as F

WIDTH, DEPTH, HEADS, PATCH, SIZE = 768, 12, 12, 16, 224
TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}


class AdaptFormer(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.norm, self.down, self.up = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, dim), nn.Linear(dim, WIDTH)
        self.scale = nn.Parameter(torch.ones([]))
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)

    def forward(self, x):
        return self.up(F.relu(self.down(self.norm(x)))) * self.scale


class Block(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.proj = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.fc1, self.fc2 = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.adapter = AdaptFormer(dim)

    def forward(self, x):
        b, n, d = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(b, n, 3, HEADS, d // HEADS).permute(2, 0, 3, 1, 4)
        attention = (q @ k.transpose(-2, -1) * (d // HEADS) ** -0.5).softmax(-1)
        h = x + self.proj((attention @ v).transpose(1, 2).reshape(b, n, d))
        u = self.fc1(self.norm2(h))
        return h + self.fc2(u * torch.sigmoid(1.702 * u)) + self.adapter(h)  # quick GELU


class Model(nn.Module):
    def __init__(self, classes, dim):
        super().__init__()
        tokens = (SIZE // PATCH) ** 2 + 1
        self.patch = nn.Conv2d(3, WIDTH, PATCH, PATCH, bias=False)
        self.cls, self.pos = nn.Parameter(torch.zeros(1, 1, WIDTH)), nn.Parameter(torch.randn(1, tokens, WIDTH) * 0.01)
        self.pre, self.post = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.blocks = nn.Sequential(*[Block(dim) for _ in range(DEPTH)])
        self.head = nn.Parameter(torch.randn(classes, WIDTH))
        for name, parameter in self.named_parameters():
            parameter.requires_grad_("adapter" in name or name == "head")

    def forward(self, images):
        x = self.patch(images).flatten(2).transpose(1, 2)
        x = self.pre(torch.cat([self.cls.expand(len(x), -1, -1), x], 1) + self.pos)
        feature = self.post(self.blocks(x)[:, 0])
        return 25 * F.normalize(feature.float(), dim=-1) @ F.normalize(self.head, dim=-1).T


def best(action, rounds):
    action()
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def matmul_rate(dtype):
    a, b = torch.rand(1576, 768).to(dtype), torch.rand(768, 3072).to(dtype)
    with torch.no_grad():
        return 2 * 1576 * 768 * 3072 / best(lambda: a @ b, 9)


def measure(dtype, batch, classes, dim, rounds):
    torch.manual_seed(0)
    model = Model(classes, dim)
    images, labels = torch.randn(batch, 3, SIZE, SIZE), torch.randint(classes, (batch,))
    prior = torch.log(torch.linspace(1, 0.01, classes) / torch.linspace(1, 0.01, classes).sum())
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.02, momentum=0.9, weight_decay=5e-4)

    def forward():
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=dtype == torch.bfloat16):
            return model(images)

    def step():
        optimizer.zero_grad()
        F.cross_entropy(forward().float() + prior, labels).backward()
        optimizer.step()

    def infer():
        with torch.no_grad():
            forward()

    return {
        "matmulGigaflops": round(matmul_rate(dtype) / 1e9, 1),
        "trainingImagesPerSecond": round(batch / best(step, rounds), 3),
        "inferenceImagesPerSecond": round(batch / best(infer, rounds), 3),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--classes", type=int, default=100)
    parser.add_argument("--dimension", type=int, default=4, help="width of the AdaptFormer bottleneck")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=0, help="0: PyTorch's choice")
    parser.add_argument("--types", nargs="+", choices=TYPES, default=list(TYPES))
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    result = {"torch": torch.__version__, "threads": torch.get_num_threads()}
    for name in options.types:
        result[name] = measure(TYPES[name], options.batch, options.classes, options.dimension, options.rounds)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
