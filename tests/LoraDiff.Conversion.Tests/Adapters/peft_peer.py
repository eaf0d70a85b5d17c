"""Loads adapter folders with Python's PEFT and says what it sees; a comparison for tests, never a dependency.

argv: jobs.json out.json. A job: {model, adapter, config, ids, scratch}.
An answer: logits with the adapter (float32), missing and unexpected keys, and what PEFT itself writes for the same configuration.
"""
import json
import os
import struct
import sys
import warnings

import torch
from peft import LoraConfig, PeftModel, get_peft_model, load_peft_weights, set_peft_model_state_dict
from transformers import AutoModelForCausalLM

warnings.simplefilter("ignore")


def base(folder):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def header(path):
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        entries = json.loads(file.read(length))
    entries.pop("__metadata__", None)
    return {name: [entry["dtype"], entry["shape"]] for name, entry in entries.items()}


def run(job):
    model = PeftModel.from_pretrained(base(job["model"]), job["adapter"]).eval()
    with torch.no_grad():
        logits = model(torch.tensor([job["ids"]])).logits[0].flatten().tolist()

    own = get_peft_model(base(job["model"]), LoraConfig(**job["config"]))
    own.save_pretrained(job["scratch"])
    with open(os.path.join(job["scratch"], "adapter_config.json")) as file:
        config = json.load(file)

    tensors = header(os.path.join(job["scratch"], "adapter_model.safetensors"))
    result = set_peft_model_state_dict(own, load_peft_weights(job["adapter"]))
    return {
        "logits": logits,
        "missing": sorted(set(tensors) - set(header(os.path.join(job["adapter"], "adapter_model.safetensors")))),
        "unexpected": list(result.unexpected_keys),
        "tensors": tensors,
        "config": config,
    }


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        jobs = json.load(file)
    answers = [run(job) for job in jobs]
    with open(sys.argv[2], "w") as file:
        json.dump(answers, file)
