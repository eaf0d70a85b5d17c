"""Loads exported folders with transformers and says what it sees; a comparison for tests, never a dependency.

argv: jobs.json out.json. A job: {folder, auto, ids, literal, remote}.
"""
import json
import sys
import warnings

import torch
import transformers

warnings.simplefilter("ignore")
transformers.logging.set_verbosity_error()


def run(job):
    remote = {"trust_remote_code": True} if job["remote"] else {}
    config = transformers.AutoConfig.from_pretrained(job["folder"], **remote)
    tokenizer = transformers.AutoTokenizer.from_pretrained(job["folder"], **remote)
    model, info = getattr(transformers, job["auto"]).from_pretrained(job["folder"], dtype=torch.float32, output_loading_info=True, **remote)
    with torch.no_grad():
        logits = model.eval()(torch.tensor([job["ids"]])).logits[0]
    return {
        "config": type(config).__name__,
        "model": type(model).__name__,
        "model_type": config.model_type,
        "rope_theta": config.rope_parameters["rope_theta"],
        "mask_token": tokenizer.mask_token,
        "mask_token_id": tokenizer.mask_token_id,
        "encoded": tokenizer(job["literal"] + "a", add_special_tokens=False)["input_ids"] if job["literal"] else None,
        "missing": sorted(info["missing_keys"]),
        "unexpected": sorted(info["unexpected_keys"]),
        "logits": logits.flatten().tolist(),
    }


with open(sys.argv[1]) as file:
    jobs = json.load(file)
answers = [run(job) for job in jobs]
with open(sys.argv[2], "w") as file:
    json.dump(answers, file)
