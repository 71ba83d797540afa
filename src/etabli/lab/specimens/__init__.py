"""Specimens: submissions with a known verdict, by which checks are themselves graded."""
