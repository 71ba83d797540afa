"""Moodle: the submissions it hands over, and the worksheet and feedback it takes back."""
