"""The figures of the chapter on LDA; a module for each of its parts."""

from ._lda_chains import balance
from ._lda_prior import coin, counts, sampling, simplex
from ._lda_priors import document, priors, rare
from ._lda_story import story
from ._lda_tokens import exact, sweep_matrix, tokens
from ._lda_topics import chains, relevance, topics
from ._lda_walks import metropolis, plane

__all__ = [
    "balance",
    "chains",
    "coin",
    "counts",
    "document",
    "exact",
    "metropolis",
    "plane",
    "priors",
    "rare",
    "relevance",
    "sampling",
    "simplex",
    "story",
    "sweep_matrix",
    "tokens",
    "topics",
]
