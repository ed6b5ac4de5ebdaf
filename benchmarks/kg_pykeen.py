"""pykeen's side of `benchmarks.kg_embeddings nations`: run by the Python that has pykeen, prints one MRR a seed.

Not a part of the product; arguments: model, dimension, epochs, negatives, batch, learning rate, margin, scale, first seed, seeds.
"""

from __future__ import annotations

import json
import logging
import sys
from functools import partial

import torch
from pykeen.pipeline import pipeline


def main(model: str, dimension: int, epochs: int, negatives: int, batch: int, rate: float, margin: float, scale: float,
         first: int, seeds: int) -> None:  # fmt: skip
    """Train `seeds` times on Nations with self-adversarial negatives and print the filtered realistic test MRRs."""
    torch.set_num_threads(1)
    logging.disable(logging.WARNING)
    # Starts and norms as ours are; what pykeen adds to the models of the papers is left out.
    settings = {
        "TransE": {"embedding_dim": dimension, "scoring_fct_norm": 2, "entity_constrainer": None},
        "RotatE": {"embedding_dim": dimension // 2},
        "ComplEx": {
            "embedding_dim": dimension // 2, "regularizer": None,
            "entity_initializer": partial(torch.nn.init.normal_, std=scale),
            "relation_initializer": partial(torch.nn.init.normal_, std=scale),
        },
    }  # fmt: skip
    found = []
    for seed in range(first, first + seeds):
        result = pipeline(
            dataset="nations", model=model, model_kwargs=settings[model], random_seed=seed, device="cpu",
            loss="nssa", loss_kwargs={"margin": margin, "adversarial_temperature": 1.0},
            optimizer="adam", optimizer_kwargs={"lr": rate}, training_loop="slcwa", negative_sampler="basic",
            negative_sampler_kwargs={"num_negs_per_pos": negatives},
            training_kwargs={"num_epochs": epochs, "batch_size": batch, "use_tqdm": False},
            evaluation_kwargs={"use_tqdm": False},
        )  # fmt: skip
        found.append(result.metric_results.get_metric("both.realistic.inverse_harmonic_mean_rank"))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    name, *numbers = sys.argv[1:]
    main(name, *(json.loads(number) for number in numbers))
