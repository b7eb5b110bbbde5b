#!/usr/bin/env python3
"""Compares the logits of adapters and merged models with those that Aroma computed.

    check_adapters.py BASE_DIR ADAPTERS_DIR
    check_adapters.py --write BASE_DIR ADAPTERS_DIR

ADAPTERS_DIR has one directory an adapter, each with an io.safetensors of input_ids,
attention_mask and the logits that Aroma computed with it. PEFT loads the adapter, and
transformers what lies merged in its directory merged/. Prints of each how far the adapter
moves the logits (a classifier's include its head) and the largest difference; ends with 1 if any
of these is over 1e-4 or something does not load. The logits at padding mean nothing and are
left out.

With --write it makes adapters of random values with PEFT instead.

dev.aroma.bench.WriteAdapters writes adapters with their logits, and dev.aroma.bench.AnswerAdapters
the logits of adapters that --write made. The base is a classifier of two classes, or a LLaMA.
Needs torch, transformers, peft and safetensors.
"""

import json
import sys
from pathlib import Path

import peft
import torch
import transformers
from safetensors.torch import load_file

TOLERANCE = 1e-4
DEVIATION = 0.05  # of random values, around what training begins with


def load(directory: Path) -> transformers.PreTrainedModel:
    """A decoder, or a classifier of two classes, in float32."""
    config = transformers.AutoConfig.from_pretrained(directory)
    settings = {"dtype": torch.float32, "attn_implementation": "eager"}
    if config.model_type == "llama":
        return transformers.AutoModelForCausalLM.from_pretrained(directory, **settings).eval()
    return transformers.AutoModelForSequenceClassification.from_pretrained(
        directory, num_labels=2, **settings
    ).eval()


# --- comparing -----------------------------------------------------------------------------------


def difference(model, answers: Path) -> float:
    """The largest difference between the model's logits and Aroma's."""
    io = load_file(answers)
    with torch.no_grad():
        logits = model(input_ids=io["input_ids"], attention_mask=io["attention_mask"]).logits
    found = (logits - io["logits"]).abs()
    return (found[io["attention_mask"] == 1] if found.dim() == 3 else found).max().item()


def told(name: str, kind: str, moved: float, model, answers: Path) -> bool:
    """Prints how far apart the logits are; whether that is little enough."""
    try:
        found = difference(model(), answers)
        good = found <= TOLERANCE  # false if it is no number
        print(f"{name:28} {kind:8} {moved:8.2f} {found:.2e}  {'ok' if good else 'DIFFERS'}")
        return good
    except Exception as error:  # the others are to be checked all the same
        print(f"{name:28} {kind:8} {type(error).__name__}: {error}")
        return False


def check(base: Path, root: Path) -> int:
    adapters = sorted(p.parent for p in root.glob("*/adapter_config.json"))
    if not adapters:
        print(f"no adapters in {root}", file=sys.stderr)
        return 1
    plain = load(base)
    good = True
    for adapter in adapters:
        kind = json.loads((adapter / "adapter_config.json").read_text())["peft_type"]
        answers = adapter / "io.safetensors"
        moved = difference(plain, answers) if answers.exists() else float("nan")
        good &= told(
            adapter.name,
            kind,
            moved,
            lambda: peft.PeftModel.from_pretrained(load(base), adapter).eval(),
            answers,
        )
        if (adapter / "merged").exists():
            good &= told(adapter.name + ", merged", "-", moved, lambda: load(adapter / "merged"), answers)
    return 0 if good else 1


# --- writing -------------------------------------------------------------------------------------


def configs(base: transformers.PreTrainedConfig) -> dict:
    decoder = base.model_type == "llama"
    task = "CAUSAL_LM" if decoder else "SEQ_CLS"
    layers = (
        ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
        if decoder
        else ["query", "key", "value", "intermediate.dense"]
    )
    one, other = ("v_proj", r"layers\.1\..*\.down_proj") if decoder else ("value", r"layer\.1\..*\.query")
    feed = "down_proj" if decoder else "output.dense"
    keys = ["k_proj", "v_proj"] if decoder else ["key", "value"]
    plain = {"task_type": task, "target_modules": layers}
    all_kinds = {
        "lora": peft.LoraConfig(r=8, lora_alpha=16, **plain),
        "lora-all-linear": peft.LoraConfig(r=4, lora_alpha=8, task_type=task, target_modules="all-linear"),
        "lora-patterns": peft.LoraConfig(
            r=8, lora_alpha=16, rank_pattern={one: 3, other: 5}, alpha_pattern={one: 7}, **plain
        ),
        "lora-rslora": peft.LoraConfig(r=8, lora_alpha=16, use_rslora=True, **plain),
        "lora-rslora-patterns": peft.LoraConfig(
            r=8, lora_alpha=16, use_rslora=True, rank_pattern={one: 3}, alpha_pattern={other: 7}, **plain
        ),
        "lora-some-layers": peft.LoraConfig(
            r=8, lora_alpha=16, layers_to_transform=[1], layers_pattern="layers" if decoder else "layer", **plain
        ),
        "dora": peft.LoraConfig(r=8, lora_alpha=16, use_dora=True, **plain),
        "dora-patterns": peft.LoraConfig(r=8, lora_alpha=16, use_dora=True, rank_pattern={one: 3}, **plain),
        "adalora": peft.AdaLoraConfig(init_r=6, target_r=3, lora_alpha=12, total_step=10, **plain),
        "vera": peft.VeraConfig(r=16, **plain),
        "ia3": peft.IA3Config(task_type=task, target_modules=[*keys, feed], feedforward_modules=[feed]),
    }
    if decoder and not base.tie_word_embeddings:
        all_kinds["lora-embedding-saved"] = peft.LoraConfig(r=8, modules_to_save=["embed_tokens"], **plain)
        all_kinds["lora-output-saved"] = peft.LoraConfig(r=8, modules_to_save=["lm_head"], **plain)
        all_kinds["lora-output"] = peft.LoraConfig(r=8, task_type=task, target_modules=["q_proj", "lm_head"])
    return all_kinds


def write(base: Path, root: Path) -> int:
    for name, config in configs(transformers.AutoConfig.from_pretrained(base)).items():
        torch.manual_seed(3)
        model = peft.get_peft_model(load(base), config)
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.data += torch.randn_like(parameter) * DEVIATION
        model.save_pretrained(root / name)
        print(f"wrote {root / name}")
    return 0


def main() -> int:
    arguments = sys.argv[1:]
    writing = arguments[:1] == ["--write"]
    paths = [Path(argument) for argument in arguments[writing:]]
    if len(paths) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    print(f"peft {peft.__version__}, transformers {transformers.__version__}, torch {torch.__version__}")
    return write(*paths) if writing else check(*paths)


if __name__ == "__main__":
    sys.exit(main())
