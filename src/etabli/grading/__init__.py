"""The engine: from deposits to frozen runs."""
