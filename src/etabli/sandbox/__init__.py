"""Rooms for candidates, an examiner and services: one protocol, a Docker provider and a recorder."""

from __future__ import annotations

from etabli.sandbox.base import (
    Addresses,
    Application,
    AppState,
    ExamCrashed,
    ExamEnd,
    ExecResult,
    Probe,
    Room,
    Sandbox,
    Worker,
    WorkerPlan,
)

__all__ = [
    "Addresses",
    "AppState",
    "Application",
    "ExamCrashed",
    "ExamEnd",
    "ExecResult",
    "Probe",
    "Room",
    "Sandbox",
    "Worker",
    "WorkerPlan",
]
