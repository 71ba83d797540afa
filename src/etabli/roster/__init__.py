"""The class: learners, their aliases, and the one place where their names are kept."""
