"""Text that strangers wrote, made fit to show: nothing hidden, nothing that breaks a file, cuts that are counted."""

from rulemine.text import shorten, show_hidden

__all__ = ["shorten", "show_hidden"]
