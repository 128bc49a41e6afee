"""Questions that answer back: every choice says what it gets right, or which mistake it is."""

from .widget import Choice, Quiz

__all__ = ["Choice", "Quiz"]
