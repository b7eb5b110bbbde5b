#!/usr/bin/env python3
"""Loads adapters that Aroma wrote with PEFT and compares logits.

    check_adapters.py BASE_DIR ADAPTERS_DIR

ADAPTERS_DIR has one directory an adapter, each with an io.safetensors of input_ids,
attention_mask and the logits that Aroma computed (dev.aroma.bench.WriteAdapters makes them).
Prints the largest difference of each; ends with 1 if any is over 1e-4 or does not load.
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


def difference(base: Path, adapter: Path) -> float:
    """The largest difference between PEFT's logits and Aroma's."""
    io = load_file(adapter / "io.safetensors")
    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        base, num_labels=io["logits"].shape[1], dtype=torch.float32, attn_implementation="eager"
    )
    model = peft.PeftModel.from_pretrained(model, adapter).eval()
    with torch.no_grad():
        logits = model(input_ids=io["input_ids"], attention_mask=io["attention_mask"]).logits
    return (logits - io["logits"]).abs().max().item()


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    base, root = Path(sys.argv[1]), Path(sys.argv[2])
    adapters = sorted(p.parent for p in root.glob("*/io.safetensors"))
    if not adapters:
        print(f"no adapters with an io.safetensors in {root}", file=sys.stderr)
        return 1
    print(f"peft {peft.__version__}, transformers {transformers.__version__}, torch {torch.__version__}")
    failed = 0
    for adapter in adapters:
        kind = json.loads((adapter / "adapter_config.json").read_text())["peft_type"]
        try:
            found = difference(base, adapter)
            good = found <= TOLERANCE
            print(f"{adapter.name:20} {kind:8} {found:.2e}  {'ok' if good else 'DIFFERS'}")
        except Exception as error:  # the others are to be checked all the same
            good = False
            print(f"{adapter.name:20} {kind:8} {type(error).__name__}: {error}")
        failed += not good
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
