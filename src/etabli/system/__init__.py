"""This machine: its disk, settings, and what it says of files."""
