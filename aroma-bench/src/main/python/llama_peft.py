#!/usr/bin/env python3
"""Times training steps of PEFT at a LLaMA's shape with random weights; prints a line of JSON.

    llama_peft.py --shape llama3-8b --rank 8 --batch 4 --length 256 --precision bf16 --device cuda
                  [--recompute true] [--loss answer] [--adapters fp32|bf16] [--autocast true]

The same as dev.aroma.bench.LlamaSteps: same shape, batch, targets and labels, AdamW, clipping.
Weights are made on the device in --precision. With bf16 the adapters are as PEFT makes them
(float32, inputs are converted to it) unless --adapters bf16 or --autocast true says otherwise: the
second is what transformers' Trainer does with bf16=True, the first is fastest.
Several, one after another: ... --next --adapters bf16. Needs torch, transformers and peft, and no network.
"""

import contextlib

import timing
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, LlamaConfig

WARM = 5
TARGETS = ["q_proj", "k_proj", "v_proj", "up_proj", "down_proj"]

# vocabulary, hidden, inner, layers, heads, groups, positions, theta, tied: as dev.aroma.bench.LlamaShape
SHAPES = {
    "llama3-8b": (128256, 4096, 14336, 32, 32, 8, 8192, 500000.0, False),
    "llama2-7b": (32000, 4096, 11008, 32, 32, 32, 4096, 10000.0, False),
    "llama32-1b": (128256, 2048, 8192, 16, 32, 8, 8192, 500000.0, True),
    "tiny": (4096, 256, 688, 4, 8, 4, 1024, 10000.0, False),
}


def config(shape: str) -> LlamaConfig:
    vocabulary, hidden, inner, layers, heads, groups, positions, theta, tied = SHAPES[shape]
    return LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        intermediate_size=inner,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=groups,
        max_position_embeddings=positions,
        rope_theta=theta,
        tie_word_embeddings=tied,
        use_cache=False,
        rms_norm_eps=1e-5,
    )


def model(given):
    with torch.device(given.device):
        base = AutoModelForCausalLM.from_config(
            config(given.shape),
            dtype=torch.bfloat16 if given.precision == "bf16" else torch.float32,
            attn_implementation="sdpa",
        )
    if given.recompute:
        base.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    lora = LoraConfig(
        task_type="CAUSAL_LM", r=given.rank, lora_alpha=16, lora_dropout=0.0, target_modules=TARGETS
    )
    return get_peft_model(base, lora, autocast_adapter_dtype=given.adapters == "fp32")


def batches(given) -> list:
    vocabulary = min(timing.LEARNED_WORDS, SHAPES[given.shape][0])
    made = []
    for _ in range(8):
        ids = torch.randint(5, vocabulary, (given.batch, given.length))
        labels = ids.clone()
        if given.loss == "answer":
            labels[:, : given.length - given.answer] = -100
        made.append({"input_ids": ids, "labels": labels, "attention_mask": torch.ones_like(ids)})
    return made


def measure(given) -> None:
    if given.method != "lora":
        raise ValueError("--method: lora only")
    given.answer = given.answer or min(16, given.length // 4)
    made = model(given)

    def loss_of(batch):
        with torch.autocast(given.device, torch.bfloat16) if given.autocast else contextlib.nullcontext():
            return made(**batch).loss

    timing.run(
        given,
        made,
        batches(given),
        loss_of,
        given.warm or WARM,
        extra={
            "loss_on": given.loss,
            "recompute": given.recompute,
            "adapters": given.adapters,
            "autocast": given.autocast,
        },
    )


def main() -> None:
    parser = timing.arguments(__doc__, "llama3-8b", batch=4, length=256, steps=20)
    parser.add_argument("--recompute", type=timing.truth, default=False, help="gradient checkpointing")
    parser.add_argument("--loss", choices=["all", "answer"], default="all")
    parser.add_argument("--answer", type=int, help="learned tokens of a sequence with --loss answer")
    parser.add_argument("--adapters", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--autocast", type=timing.truth, default=False)
    timing.each(parser, measure)


if __name__ == "__main__":
    main()
