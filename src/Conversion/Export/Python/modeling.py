"""A checkpoint exported by LoraDiff, for use through transformers: the layers of __LAYERS__ under the attention that it was trained with.

Engines for block diffusion have model code of their own and do not read this file. It has no decoding loop: a call returns the logits of one forward.
"""

import torch
from transformers import __LAYERS__ForCausalLM

from .__CONFIG_MODULE__ import __CONFIG__


class __MODEL__(__LAYERS__ForCausalLM):
    config_class = __CONFIG__

    def forward(self, input_ids=None, attention_mask=None, position_ids=None, past_key_values=None, inputs_embeds=None, **kwargs):
        """As the base class, except that a missing or two-dimensional mask becomes __SEES__."""
        if attention_mask is None or getattr(attention_mask, "dim", lambda: 4)() == 2:
            tokens = inputs_embeds if input_ids is None else input_ids
            past = 0 if past_key_values is None else past_key_values.get_seq_length()
            attention_mask = self._visible(past, tokens.shape[1], attention_mask, tokens.device)
        return super().forward(
            input_ids=input_ids, attention_mask=attention_mask, position_ids=position_ids, past_key_values=past_key_values, inputs_embeds=inputs_embeds, **kwargs)

    def _visible(self, past, length, padding, device):
        keys = torch.arange(past + length, device=device)
        queries = keys[past:, None]
        seen = __RULE__
        if padding is not None:
            seen = seen & padding[:, None, None, : past + length].bool() | (keys == queries)
        else:
            seen = seen[None, None]
        hidden = torch.finfo(self.dtype).min
        return torch.zeros(seen.shape, dtype=self.dtype, device=device).masked_fill(~seen, hidden)
