"""The book's figures, one module a chapter.

Each function takes the chapter's data and returns ``fig, update, params`` for `kamen_core.flipbook.Flipbook`.
They compute nothing of their own: every number comes from the algorithm modules.
"""
