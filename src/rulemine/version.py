"""The version, in one place: the package, the record of a run and the build read it here."""

__version__ = "0.1.0"
