"""What llama_peft.py and steps_peft.py have in common: the loop, the clock and the line of JSON.

The keys are those of dev.aroma.bench.TimedTraining, so that dev.aroma.bench.Ratios can compare.
"""

import argparse
import copy
import gc
import json
import os
import resource
import sys
import time
import warnings

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
warnings.filterwarnings("ignore")

BEGAN = time.perf_counter()  # before the slow imports: they are part of the time to the first step

import torch  # noqa: E402
import transformers  # noqa: E402
import peft  # noqa: E402

IMPORTS = time.perf_counter() - BEGAN
GIB = 2**30
LEARNED_WORDS = 20_000


def truth(word: str) -> bool:
    if word not in ("true", "false"):
        raise argparse.ArgumentTypeError(f"expected true or false, found {word}")
    return word == "true"


def arguments(doc: str, shape: str, batch: int, length: int, steps: int) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shape", default=shape)
    parser.add_argument("--method", default="lora", help="lora, adalora or full")
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--batch", type=int, default=batch)
    parser.add_argument("--length", type=int, default=length)
    parser.add_argument("--steps", type=int, default=steps, help="that are timed")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--warm", type=int, help="steps before those that are timed")
    parser.add_argument("--threads", type=int, help="of the CPU")
    return parser


def configurations(parser: argparse.ArgumentParser, words: list) -> list:
    """Those of a command line, apart by --next; each takes from the one before what it does not say."""
    groups = [[]]
    for word in words:
        if word == "--next":
            groups.append([])
        else:
            groups[-1].append(word)
    all_given = []
    for group in groups:
        before = copy.copy(all_given[-1]) if all_given else None
        all_given.append(parser.parse_args(group, before))
    return all_given


def each(parser: argparse.ArgumentParser, measure) -> None:
    """Measures every configuration of the command line; one that fails leaves the others."""
    global BEGAN
    failed = False
    for number, given in enumerate(configurations(parser, sys.argv[1:])):
        if number > 0:
            BEGAN = time.perf_counter() - IMPORTS  # as if it had a process of its own
        if given.threads:
            torch.set_num_threads(given.threads)
        torch.manual_seed(0)
        try:
            measure(given)
        except (RuntimeError, ValueError) as error:
            lines = str(error).splitlines() or [type(error).__name__]
            print(f"{given.method} {given.batch}x{given.length}: not measured: {lines[0]}", file=sys.stderr, flush=True)
            failed = True
        gc.collect()
        if given.device == "cuda":
            torch.cuda.empty_cache()
    if failed:
        sys.exit(1)


def wait(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()


def gibibytes(device: str) -> float:
    """Memory of the device, all of it that is taken; on a CPU the peak of this process."""
    if device == "cuda":
        free, total = torch.cuda.mem_get_info()
        return (total - free) / GIB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def run(given, model, batches, loss_of, warm: int, after_step=None, extra=None) -> None:
    """Trains on the batches in turn and prints the line.

    loss_of: from a batch to the loss. after_step: called with the step's number, from 1, before
    gradients are dropped.
    """
    model.train()
    weights = gibibytes(given.device)
    if given.device == "cuda":
        torch.cuda.reset_peak_memory_stats()
    trained = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=1e-4, weight_decay=0.0)
    total = warm + given.steps
    first = since = tokens = 0
    for step in range(1, total + 1):
        batch = batches[(step - 1) % len(batches)]
        loss = loss_of({key: value.to(given.device) for key, value in batch.items()})
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        if after_step:
            after_step(step)
        optimiser.zero_grad()
        if step > warm:
            tokens += int(batch["attention_mask"].sum())  # on the CPU
        if step in (1, warm, total):
            wait(given.device)
            now = time.perf_counter()
            first = now - BEGAN if step == 1 else first
            seconds = now - since
            since = now if step == warm else since
    line = {
        "who": "peft",
        "shape": given.shape,
        "method": given.method,
        "rank": None if given.method == "full" else given.rank,
        "batch": given.batch,
        "length": given.length,
        "device": given.device,
        "precision": given.precision,
        "ms": round(seconds * 1e3 / given.steps, 3),
        "examples_per_second": round(given.batch * given.steps / seconds, 1),
        "tokens_per_second": round(tokens / seconds),
        "first_step_s": round(first, 2),
        "weights_gib": round(weights, 2),
        "memory_gib": round(gibibytes(given.device), 2),
        "loss": round(loss.item(), 4),
        **(extra or {}),
    }
    if given.device == "cuda":
        line["allocated_gib"] = round(torch.cuda.max_memory_allocated() / GIB, 2)
        line["reserved_gib"] = round(torch.cuda.max_memory_reserved() / GIB, 2)
    line["trained"] = sum(p.numel() for p in trained)
    line["versions"] = f"torch {torch.__version__}, transformers {transformers.__version__}, peft {peft.__version__}"
    print(json.dumps(line), flush=True)
