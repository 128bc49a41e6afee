"""The figures of the chapter on CBOW and skip-gram."""

from ._word2vec_counting import cost, output_layer, window
from ._word2vec_step import step
from ._word2vec_training import rare, word_map

__all__ = ["cost", "output_layer", "rare", "step", "window", "word_map"]
