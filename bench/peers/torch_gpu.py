"""Time of a training step of PyTorch with cuDNN on the benchmark's workloads: forward, loss, backward, Adam, loss read
back.

    python3 torch_gpu.py [--workload airline|novel|charlm] [--steps N]

Prints a line of JSON for each workload, once in single precision throughout ("cuda"), which is what our kernels compute,
and once with matrix products in TF32 ("cuda tf32"), whose factors have 10 bits of mantissa. Where PyTorch or a card is
missing it says so, and that is no failure.
"""

import argparse
import json
import sys
import time

# Random batches that are gone through over and over, as in bench/src/workload.rs.
BATCHES = 64
# Seconds of running before anything counts.
WARM_UP = 1.5
# Seconds for the samples, where no number is asked for, and the fewest and most of them.
BUDGET, FEWEST, MOST = 5, 5, 300


def skip(reason):
    print(f"skipped: {reason}", flush=True)
    sys.exit()


try:
    import torch
    from torch import nn
except ImportError as error:
    skip(f"python3 has no PyTorch ({error})")


def airline(device):
    lstm = nn.LSTM(12, 10, batch_first=True).to(device)
    linear = nn.Linear(10, 12).to(device)
    x = torch.rand(BATCHES, 8, 4, 12, device=device)
    y = torch.rand(BATCHES, 8, 12, device=device)

    def loss(batch):
        _, (hidden, _) = lstm(x[batch])
        return nn.functional.mse_loss(linear(hidden[0]), y[batch])

    return loss, [lstm, linear], 0.01


def novel(device):
    embedding = nn.Embedding(1524, 256).to(device)
    lstm = nn.LSTM(256, 256, batch_first=True).to(device)
    linear, out = nn.Linear(256, 512).to(device), nn.Linear(512, 1524).to(device)
    x = torch.randint(1524, (BATCHES, 128, 10), device=device)
    y = torch.randint(1524, (BATCHES, 128), device=device)

    def loss(batch):
        output, _ = lstm(embedding(x[batch]))
        return nn.functional.cross_entropy(out(torch.relu(linear(output.sum(1)))), y[batch])

    return loss, [embedding, lstm, linear, out], 0.01


def charlm(device):
    embedding = nn.Embedding(57, 256).to(device)
    lstm = nn.LSTM(256, 512, batch_first=True).to(device)
    out = nn.Linear(512, 57).to(device)
    x = torch.randint(57, (BATCHES, 64, 40), device=device)
    y = torch.randint(57, (BATCHES, 64 * 40), device=device)

    def loss(batch):
        output, _ = lstm(embedding(x[batch]))
        return nn.functional.cross_entropy(out(output.flatten(0, 1)), y[batch])

    return loss, [embedding, lstm, out], 0.003


def training(workload, device):
    """A function that makes one step and gives its loss."""
    loss_of, modules, learning_rate = workload(device)
    adam = torch.optim.Adam([p for module in modules for p in module.parameters()], learning_rate)
    batch = 0

    def step():
        nonlocal batch
        loss = loss_of(batch)
        batch = (batch + 1) % BATCHES
        adam.zero_grad()
        loss.backward()
        adam.step()
        return loss.item()

    return step


def measured(step, samples, synchronize):
    """Milliseconds of each sample, and the loss after the last one."""
    start = time.perf_counter()
    warm = 0
    while time.perf_counter() - start < WARM_UP:
        step()
        warm += 1
    each = (time.perf_counter() - start) / warm
    samples = samples or min(max(round(BUDGET / each), FEWEST), MOST)
    times = []
    for _ in range(samples):
        synchronize()
        start = time.perf_counter()
        loss = step()
        synchronize()
        times.append((time.perf_counter() - start) * 1e3)
    return times, loss


def main():
    workloads = {"airline": airline, "novel": novel, "charlm": charlm}
    parser = argparse.ArgumentParser(description="Times PyTorch with cuDNN on the benchmark's workloads.")
    parser.add_argument("--workload", choices=workloads)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--alone", action="store_true", help="leaves Burn out, which is not here anyway")
    args = parser.parse_args()
    if not torch.cuda.is_available():
        skip(f"PyTorch {torch.__version__} finds no CUDA")
    if not torch.backends.cudnn.is_available():
        skip(f"PyTorch {torch.__version__} has no cuDNN")
    cudnn = torch.backends.cudnn.version()
    print(f"{torch.cuda.get_device_name()}, CUDA {torch.version.cuda}, cuDNN {cudnn}", flush=True)
    for name, workload in workloads.items():
        if args.workload not in (None, name):
            continue
        for engine, tf32 in [("cuda", False), ("cuda tf32", True)]:
            torch.backends.cudnn.allow_tf32 = tf32
            torch.backends.cuda.matmul.allow_tf32 = tf32
            torch.manual_seed(0)
            times, loss = measured(training(workload, "cuda"), args.steps, torch.cuda.synchronize)
            times.sort()
            line = {"peer": f"torch {torch.__version__}", "engine": engine, "workload": name, "steps": len(times)}
            print(json.dumps(line | {"ms": round(times[len(times) // 2], 4), "loss": round(loss, 4)}), flush=True)


if __name__ == "__main__":
    main()
