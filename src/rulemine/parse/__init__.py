"""Documents into rules and findings: structure, citations, facts of an issue."""
