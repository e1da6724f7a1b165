"""A function run over every row of a user's table, whatever its format and size. The function is handed in.

Nothing here knows of classifiers. A new format is a new file and one line in ``TABLES``.
"""

from rulemine.engine.local import TABLES, Annotated, annotate_table

__all__ = ["TABLES", "Annotated", "annotate_table"]
