"""The year: each learner's competences over time, the class's, and the checks that behave oddly."""
