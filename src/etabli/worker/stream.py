"""x."""

from __future__ import annotations

import asyncio

from etabli.worker.duty import Duty


async def serve_stream(duty: Duty) -> None:
    """X."""
    await asyncio.sleep(10**6)
