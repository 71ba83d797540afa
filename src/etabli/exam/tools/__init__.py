"""The tools of an author: what the fixtures of a check are made of."""
