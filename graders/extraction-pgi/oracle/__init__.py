"""The rest of the truth: who asks for what, ledger, receivables, one figure, people, trials."""
