"""The words that a check, the examiner and the host share; they import nothing else of ours."""
