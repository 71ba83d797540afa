"""What a small company may make, sell and repair: the words of ten trades (``trades.yaml``)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from etabli.exam.contract.draw import Draw

Articles = dict[str, float]
"""Names, and about what one costs before tax."""


@dataclass(frozen=True)
class Trade:
    """The words of a trade, by class of article; prices are only orders of magnitude."""

    sign: str
    activity: str
    made: Articles
    goods: Articles
    parts: Articles
    books: Articles
    service: Articles
    hours: Articles
    families: list[str]
    tasks: list[str]
    carriage: Articles = field(default_factory=lambda: {"Frais de port": 19})


TRADES = [Trade(**words) for words in yaml.safe_load(Path(__file__).with_name("trades.yaml").read_text("utf-8"))]


def make_trade(seed: bytes) -> Trade:
    """Returns the trade of a company."""
    return Draw(b"trade|" + seed).one(TRADES)
