#!/usr/bin/env python3
"""Times training steps of PEFT at an encoder's shape with random weights; prints a line of JSON.

    steps_peft.py --method lora --rank 8 --batch 32 --length 128 --precision bf16 --device cuda
    steps_peft.py --method adalora|full ...
    steps_peft.py --device cpu --threads 2 --precision fp32 --method lora --rank 1
    steps_peft.py --mrpc DIR ...       real lengths: MRPC's, by length groups
    steps_peft.py ... --next --rank 8 --next --method adalora      several, one after another

The same as dev.aroma.bench.Steps: same shape, batch, targets, dropout, AdamW, clipping. bf16 is autocast
over float32 weights, which is how transformers' Trainer runs it (--weights bf16: weights too).
Needs torch, transformers and peft, and no network.
"""

import contextlib
import csv
import random
from pathlib import Path

import timing
import torch
from peft import AdaLoraConfig, LoraConfig, TaskType, get_peft_model
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    RobertaConfig,
    RobertaForSequenceClassification,
)

WARM = 30
TARGETS = ["query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"]
WARM_CPU = 3


# hidden, layers, heads, inner: as dev.aroma.bench.RandomEncoder
BERTS = {
    "bert-base": (768, 12, 12, 3072),
    "minilm": (384, 6, 12, 1536),
    "tiny-bert": (64, 2, 4, 128),
}


def base(shape: str):
    if shape == "roberta-base":
        return RobertaForSequenceClassification(
            RobertaConfig(
                vocab_size=50265, max_position_embeddings=514, type_vocab_size=1, layer_norm_eps=1e-5, num_labels=2
            )
        )
    if shape not in BERTS:
        raise SystemExit(f"--shape: expected roberta-base or one of {sorted(BERTS)}, found {shape}")
    hidden, layers, heads, inner = BERTS[shape]
    return BertForSequenceClassification(
        BertConfig(
            vocab_size=30522,
            hidden_size=hidden,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            intermediate_size=inner,
            num_labels=2,
        )
    )


def adapted(given, model, total: int):
    common = dict(task_type=TaskType.SEQ_CLS, target_modules=TARGETS)
    if given.method == "lora":
        return get_peft_model(model, LoraConfig(r=given.rank, lora_alpha=16, **common))
    if given.method == "adalora":
        given.rank = 12
        return get_peft_model(
            model,
            AdaLoraConfig(
                init_r=given.rank,
                target_r=8,
                tinit=min(5, total // 4),
                tfinal=total // 2,
                deltaT=1,
                total_step=total,
                lora_alpha=32,
                **common,
            ),
        )
    if given.method == "full":
        return model
    raise SystemExit(f"--method: expected lora, adalora or full, found {given.method}")


def batch_of(lengths: list, vocabulary: int = timing.LEARNED_WORDS) -> dict:
    longest = max(lengths)
    ids = torch.ones(len(lengths), longest, dtype=torch.long)  # padding
    mask = torch.zeros_like(ids)
    for row, length in enumerate(lengths):
        ids[row, :length] = torch.randint(5, vocabulary, (length,))
        mask[row, :length] = 1
    return {"input_ids": ids, "attention_mask": mask, "labels": torch.randint(0, 2, (len(lengths),))}


def pieces(text: str) -> int:
    """About as many tokens as a real vocabulary gives; dev.aroma.bench.Words counts the same."""
    return sum(2 if len(word) > 9 else 1 for word in text.split())


def mrpc_lengths(directory: str, most: int) -> list:
    path = next(p for p in sorted(Path(directory).iterdir()) if "train" in p.name)
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    return [min(most, 3 + pieces(row[-2]) + pieces(row[-1])) for row in rows]


def grouped(lengths: list, size: int) -> list:
    """Batches of neighbours in length among 50 batches' worth of random examples, as Trainer's group_by_length."""
    order = list(range(len(lengths)))
    random.Random(0).shuffle(order)
    near = []
    for at in range(0, len(order), 50 * size):
        near += sorted(order[at : at + 50 * size], key=lambda i: -lengths[i])
    whole = [near[at : at + size] for at in range(0, len(near) - size + 1, size)]
    random.Random(1).shuffle(whole)
    return [[lengths[i] for i in batch] for batch in whole]


def measure(given) -> None:
    warm = given.warm or (WARM if given.device == "cuda" else WARM_CPU)
    model = adapted(given, base(given.shape).to(given.device), warm + given.steps)
    if given.weights == "bf16":
        model = model.to(torch.bfloat16)
    if given.mrpc:
        made = [batch_of(lengths) for lengths in grouped(mrpc_lengths(given.mrpc, given.length), given.batch)]
    else:
        made = [batch_of([given.length] * given.batch) for _ in range(8)]
    autocast = given.precision == "bf16" and given.weights == "fp32"

    def loss_of(batch):
        with torch.autocast(given.device, torch.bfloat16) if autocast else contextlib.nullcontext():
            return model(**batch).loss

    after = (lambda step: model.base_model.update_and_allocate(step)) if given.method == "adalora" else None
    data = "mrpc" if given.mrpc else "full"
    timing.run(given, model, made, loss_of, warm, after, {"data": data, "weights": given.weights})


def main() -> None:
    parser = timing.arguments(__doc__, "roberta-base", batch=32, length=128, steps=50)
    parser.add_argument("--weights", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--mrpc", help="GLUE's directory of MRPC: its lengths, cut off at --length")
    timing.each(parser, measure)


if __name__ == "__main__":
    main()
