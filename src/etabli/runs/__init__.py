"""Runs: what a verification left, frozen in a folder, and what may be said of it."""
