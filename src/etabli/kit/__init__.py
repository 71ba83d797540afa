"""What graders of several labs share: a lab's pack holds the modules of it that its grader's imports reach.

A module enters on the day when a second lab imports it (``tests/unit/test_kit.py``). It imports ``etabli.exam`` and
its neighbours here by their whole names, nothing else.
"""
