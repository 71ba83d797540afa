"""Grader of `mots-de-passe`: an audit of accounts, made with a mandate and without doing harm."""
