"""Configuration of a checkpoint exported by LoraDiff: that of __LAYERS__, under the name that engines for block diffusion look for."""

from transformers import __LAYERS__Config


class __CONFIG__(__LAYERS__Config):
    model_type = "__TYPE__"
