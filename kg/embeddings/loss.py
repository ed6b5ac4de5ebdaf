"""Self-adversarial negative sampling."""

from __future__ import annotations

import torch
from torch.nn.functional import embedding, logsigmoid

from kg.embeddings.graph import HEAD, RELATION, TAIL
from kg.embeddings.model import Model
from kg.embeddings.sampling import Batch


def batch_loss(model: Model, batch: Batch, margin: float, temperature: float, decay: float = 0.0) -> torch.Tensor:
    """Return the mean loss of a batch, a scalar.

    Sun et al. (ICLR 2019), equation 5: negatives count as their softmax at `temperature` does; that weight is not
    differentiated. `decay` weighs the nuclear 3-norm of what a triple touches (Lacroix et al., ICML 2018).
    """
    triples, weight = torch.from_numpy(batch.triples), torch.from_numpy(batch.weight)
    size = triples.shape[1]
    # One look-up, because the gradient of each one is as large as the whole table.
    places = torch.cat([triples[..., HEAD], triples[..., TAIL], torch.from_numpy(batch.negatives)], 1)
    heads, tails, negatives = embedding(places, model.entities).split([size, size, places.shape[1] - 2 * size], 1)
    kinds = model.relations(triples[..., RELATION])
    geometry = model.geometry
    turned = torch.from_numpy(batch.corrupts_head)
    away = ~turned
    expected = torch.empty_like(heads)
    expected[turned] = geometry.heads(tails[turned], kinds[turned])
    expected[away] = geometry.tails(heads[away], kinds[away])
    found = torch.where(turned[:, None, None], heads, tails)
    positive = logsigmoid(margin + geometry.compare(expected, found))
    scores = geometry.compare_all(expected, negatives)
    logits = scores.detach() * temperature
    if batch.false is not None:
        logits = logits.masked_fill(torch.from_numpy(batch.false), -torch.inf)
    # A row whose negatives are all true has no softmax: none of them counts.
    shares = logits.softmax(-1).nan_to_num(0.0)
    negative = (shares * logsigmoid(-scores - margin)).sum(-1)
    loss = -((positive + negative) * weight).sum() / (2 * weight.sum())
    if decay:
        loss = loss + decay * sum((part.abs() ** 3).mean() for part in (heads, kinds, tails))
    return loss
