"""Rasa's own DIET over the same encoder: the baseline of `benchmarks/nlu.py`; runs in Rasa's environment."""
