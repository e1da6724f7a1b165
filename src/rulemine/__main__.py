"""``python -m rulemine``: the command line."""

from rulemine.cli import main

main()
