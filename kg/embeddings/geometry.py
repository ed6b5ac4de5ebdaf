"""What each model takes a triple to be: a shift, a rotation, or a bilinear form. The same code for numpy and torch."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    import torch

Array = TypeVar("Array", np.ndarray, "torch.Tensor")
_TINY = 1e-9


class Geometry(ABC):
    """Scores triples by comparing a tail with the place where head and relation expect it.

    Entities and relations are real vectors [..., d], d even; complex ones keep their real half first.
    """

    name: str

    @abstractmethod
    def tails(self, heads: Array, relations: Array) -> Array:
        """Return where the tails are expected, [..., d]."""

    @abstractmethod
    def heads(self, tails: Array, relations: Array) -> Array:
        """Return where the heads are expected, [..., d]; comparing a head with it gives the same score."""

    @abstractmethod
    def compare(self, expected: Array, found: Array) -> Array:
        """Return the scores, [...], of vectors [..., d] against the places where they are expected, [..., d]."""

    @abstractmethod
    def compare_all(self, expected: Array, found: Array) -> Array:
        """Return the scores, [..., n, m], of all `found` [..., m, d] against each of `expected` [..., n, d]."""

    def score(self, heads: Array, relations: Array, tails: Array) -> Array:
        """Return the scores of triples, [...]; higher is more plausible."""
        return self.compare(self.tails(heads, relations), tails)


class _Distance(Geometry):
    def compare(self, expected: Array, found: Array) -> Array:
        return -((((expected - found) ** 2).sum(-1) + _TINY) ** 0.5)

    def compare_all(self, expected: Array, found: Array) -> Array:
        # By the binomial formula: a matrix product instead of n · m differences.
        squares = (expected**2).sum(-1)[..., :, None] + (found**2).sum(-1)[..., None, :]
        return -(((squares - 2 * expected @ _transposed(found)).clip(0) + _TINY) ** 0.5)


class TransE(_Distance):
    """A relation is a shift: `-‖h + r - t‖₂` (Bordes et al., NeurIPS 2013)."""

    name = "transe"

    def tails(self, heads: Array, relations: Array) -> Array:
        """Shift forwards."""
        return heads + relations

    def heads(self, tails: Array, relations: Array) -> Array:
        """Shift backwards."""
        return tails - relations


class RotatE(_Distance):
    """A relation turns each complex coordinate: `-‖h ∘ r - t‖₂`, `|rᵢ| = 1` (Sun et al., ICLR 2019)."""

    name = "rotate"

    def tails(self, heads: Array, relations: Array) -> Array:
        """Turn forwards."""
        return _product(heads, relations)

    def heads(self, tails: Array, relations: Array) -> Array:
        """Turn backwards."""
        return _product(tails, _conjugate(relations))


class ComplEx(Geometry):
    """A complex bilinear form: `Re⟨h, r, t̄⟩` (Trouillon et al., ICML 2016)."""

    name = "complex"

    def tails(self, heads: Array, relations: Array) -> Array:
        """Multiply."""
        return _product(heads, relations)

    def heads(self, tails: Array, relations: Array) -> Array:
        """Multiply by the conjugate."""
        return _product(tails, _conjugate(relations))

    def compare(self, expected: Array, found: Array) -> Array:
        """Inner product."""
        return (expected * found).sum(-1)

    def compare_all(self, expected: Array, found: Array) -> Array:
        """Inner products."""
        return expected @ _transposed(found)


GEOMETRIES: dict[str, Geometry] = {g.name: g for g in (TransE(), ComplEx(), RotatE())}


def geometry(name: str) -> Geometry:
    """Return the geometry called `name`.

    Raises `ValueError` when there is none.
    """
    if name not in GEOMETRIES:
        raise ValueError(f"found model {name!r}, expected one of {', '.join(GEOMETRIES)}")
    return GEOMETRIES[name]


def joined(real: Array, imaginary: Array) -> Array:
    """Return complex numbers as one real array, [..., d]."""
    if isinstance(real, np.ndarray):
        return np.concatenate([real, imaginary], -1)
    import torch

    return torch.cat([real, imaginary], -1)


def _halves(both: Any) -> tuple[Any, Any]:  # noqa: ANN401 (an array of either library)
    half = both.shape[-1] // 2
    return both[..., :half], both[..., half:]


def _conjugate(numbers: Array) -> Array:
    real, imaginary = _halves(numbers)
    return joined(real, -imaginary)


def _product(left: Array, right: Array) -> Array:
    (a, b), (c, d) = _halves(left), _halves(right)
    return joined(a * c - b * d, a * d + b * c)


def _transposed(array: Any) -> Any:  # noqa: ANN401 (an array of either library)
    return array.swapaxes(-1, -2)
