"""From what is dropped to one submission per learner: whose it is, and what there is to take in."""
