"""Établi: practical labs in containers, graded by behaviour, reported as evidence of competence.

What a check author may rely on is listed in :data:`etabli.exam.__all__`; everything else may change.
"""

__version__ = "0.1.0"
