"""Words: the only seat of rjieba, which has the dictionary and the tokens of jieba at twenty times its speed."""

from __future__ import annotations


def cut(text: str) -> list[str]:
    """The words of a text; joined again they are the text.

    >>> cut("公章由专人保管")
    ['公章', '由', '专人', '保管']
    """
    import rjieba

    words: list[str] = rjieba.cut(text)
    return words
