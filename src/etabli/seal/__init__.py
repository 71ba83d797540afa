"""Seals: evidence packed so that anyone can tell, without us, that not a byte of it has changed (ADR 46)."""
