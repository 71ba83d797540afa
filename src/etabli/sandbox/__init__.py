"""Rooms for candidates, an examiner and services: one protocol, a Docker provider and a recorder."""
