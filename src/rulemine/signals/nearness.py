"""Which provisions are near enough to be compared: by telling characters, and where an encoder is asked by meaning too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rulemine.encoder import Encoder
from rulemine.retrieval import MatterIndex, Neighbourhood, Standing, VectorIndex
from rulemine.sides import Side
from rulemine.wording import character_weight

NEIGHBOURS = 6
"""Provisions that are looked at for each, the likest first."""
LEAST_LIKE = 0.2
"""Cosine of weighted characters below which nobody looks."""
LEAST_MEANT = 0.9
"""Cosine of an encoder's vectors below which nobody looks: in the labelled pairs one in fifty reworded ones lies below 0.917."""


class Nearness:
    """The pairs that are worth a look, and how each stands out among all.

    >>> sides = [Side("公章由办公室保管", "印章办法"), Side("印章由办公室掌管", "行政手册"), Side("发票当月报销", "报销办法")]
    >>> near = Nearness(sides, ["甲", "乙", "丙"], [True] * 3)
    >>> list(near.pairs()), near.meaning(0, 1)
    ([(0, 1)], None)

    ``places`` keeps the provisions of one article apart; ``asked`` names those whose neighbours are looked for.
    """

    def __init__(
        self, sides: Sequence[Side], places: Sequence[str], asked: Sequence[bool], encoder: Encoder | None = None
    ) -> None:
        index = MatterIndex.of_terms([side.characters for side in sides], character_weight)
        self._words = Neighbourhood(index, places, asked, most=NEIGHBOURS, least=LEAST_LIKE)
        self._meant = None
        if encoder and sides:
            vectors = VectorIndex(encoder.encode([side.text for side in sides]))
            self._meant = Neighbourhood(vectors, places, asked, most=NEIGHBOURS, least=LEAST_MEANT)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """The pairs of which one is among the nearest of the other, the lower place first, each once, in order."""
        yield from sorted({*self._words.pairs(), *(self._meant.pairs() if self._meant else ())})

    def standing(self, a: int, b: int) -> Standing:
        """How two stand out by their characters."""
        return self._words.standing(a, b)

    def meaning(self, a: int, b: int) -> Standing | None:
        """How two stand out by meaning; None where no encoder is asked."""
        return self._meant.standing(a, b) if self._meant else None
