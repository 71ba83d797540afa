"""Grader of the lab `page-dynamique`: what a candidate must never see."""
