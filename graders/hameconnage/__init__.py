"""Grader of `hameconnage`: thirty messages to sort, traps to report, colleagues to warn."""
