"""The inner loops of the linear model: grams of characters, their columns, the scores and what each character adds to them.

A batch of texts is one line of code points; ``bounds`` says where each begins and the last one ends. A gram of up to three
characters is one whole number of 63 bits, so that nothing collides. A table of grams is two arrays: ``keys``, 0 where a place
is free, and ``columns``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rulemine.classifier.grams import CODE_BITS, LARGEST
from rulemine.kernels import EMPTY, Floats, Ints, Longs, Whole, kernel, part, slot_of

Codes = NDArray[np.int64]


@part
def column_of(key: Whole, keys: Longs, columns: Ints) -> Whole:
    """The column of a gram, -1 when it is not in the table."""
    mask = len(keys) - 1
    slot = slot_of(key, mask)
    while keys[slot] != key:
        if keys[slot] == EMPTY:
            return -1
        slot = (slot + 1) & mask
    return np.int64(columns[slot])


@kernel
def fill_table(terms: Longs, keys: Longs, columns: Ints) -> None:
    """Put each gram where it is looked for."""
    mask = len(keys) - 1
    for column in range(len(terms)):
        slot = slot_of(terms[column], mask)
        while keys[slot] != EMPTY:
            slot = (slot + 1) & mask
        keys[slot] = terms[column]
        columns[slot] = column


@kernel
def list_grams(codes: Codes, bounds: Longs, grams: Longs, owners: Longs) -> int:
    """Every gram of every text, and whose it is; how many there are."""
    count = 0
    for text in range(len(bounds) - 1):
        for start in range(bounds[text], bounds[text + 1]):
            key = np.int64(0)
            for end in range(start, min(start + LARGEST, bounds[text + 1])):
                key = key << CODE_BITS | codes[end]
                grams[count] = key
                owners[count] = text
                count += 1
    return count


@kernel
def look_up(grams: Longs, keys: Longs, columns: Ints, found: Longs) -> None:
    """The column of each gram, -1 for those that are not known."""
    for i in range(len(grams)):
        found[i] = column_of(grams[i], keys, columns)


@kernel
def score_texts(
    codes: Codes, bounds: Longs, keys: Longs, columns: Ints, rarity: Floats, weights: Floats, scores: Floats
) -> None:
    """Add to the scores of each text what its grams say; a text's grams together have unit length."""
    classes = weights.shape[1]
    sums = np.zeros(classes, np.float32)
    for text in range(len(bounds) - 1):
        sums[:] = 0
        square = np.float32(0)
        for start in range(bounds[text], bounds[text + 1]):
            key = np.int64(0)
            for end in range(start, min(start + LARGEST, bounds[text + 1])):
                key = key << CODE_BITS | codes[end]
                column = column_of(key, keys, columns)
                if column >= 0:
                    square += rarity[column] * rarity[column]
                    for c in range(classes):
                        sums[c] += rarity[column] * weights[column, c]
        if square > 0:
            for c in range(classes):
                scores[text, c] += sums[c] / np.sqrt(square)


@kernel
def warm_characters(
    codes: Codes, bounds: Longs, keys: Longs, columns: Ints, rarity: Floats, contrast: Floats, best: Longs, heat: Floats
) -> None:
    """What each character adds to the score of its text's best class over the mean of the others.

    ``contrast`` [terms, classes] is each weight less the mean of the others.
    """
    for text in range(len(bounds) - 1):
        square = np.float32(0)
        for start in range(bounds[text], bounds[text + 1]):
            key = np.int64(0)
            for end in range(start, min(start + LARGEST, bounds[text + 1])):
                key = key << CODE_BITS | codes[end]
                column = column_of(key, keys, columns)
                if column >= 0:
                    square += rarity[column] * rarity[column]
                    push = rarity[column] * contrast[column, best[text]] / (end - start + 1)
                    for place in range(start, end + 1):
                        heat[place] += push
        if square > 0:
            for place in range(bounds[text], bounds[text + 1]):
                heat[place] /= np.sqrt(square)


@part
def sum_heat(heat: Floats, start: Whole, stop: Whole) -> float:
    """The heat of the characters from ``start`` to ``stop``."""
    total = 0.0
    for place in range(start, stop):
        total += heat[place]
    return total


@kernel
def find_hottest(heat: Floats, quiet: NDArray[np.bool_], bounds: Longs, spans: Longs, warmth: Floats) -> None:
    """The hottest runs of characters of each text, the hottest first; ``quiet`` characters belong to none.

    ``spans`` [texts, runs, 2] receives where they begin and end in their texts, ``warmth`` [texts, runs] their sums, 0 where
    there is no more.
    """
    most = spans.shape[1]
    for text in range(len(bounds) - 1):
        first, stop = bounds[text], bounds[text + 1]
        count, total, square = 0, 0.0, 0.0
        for place in range(first, stop):
            if heat[place] > 0:
                count += 1
                total += heat[place]
                square += heat[place] * heat[place]
        if count == 0:
            continue
        mean = total / count
        floor = mean + 0.5 * np.sqrt(max(0.0, square / count - mean * mean))
        begin = -1
        for place in range(first, stop + 1):
            hot = place < stop and heat[place] >= floor and not quiet[place]
            if hot and begin < 0:
                begin = place
            elif not hot and begin >= 0:
                warm = sum_heat(heat, begin, place)
                at = most
                while at > 0 and warmth[text, at - 1] < warm:
                    at -= 1
                for later in range(most - 1, at, -1):
                    warmth[text, later] = warmth[text, later - 1]
                    spans[text, later] = spans[text, later - 1]
                if at < most:
                    warmth[text, at] = warm
                    spans[text, at, 0] = begin - first
                    spans[text, at, 1] = place - first
                begin = -1
