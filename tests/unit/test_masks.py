"""What quotes a file of settings never shows the secrets in it."""

from __future__ import annotations

import pytest

from etabli.exam.contract.masks import masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("DB_USER=serre\nDB_PASSWORD=lavande (x)\nA=1", "DB_USER=serre\nDB_PASSWORD=•••\nA=1"),
        ("define('DB_PASSWORD', 'lav');", "define('DB_PASSWORD', •••);"),
        ("'password' => \"l'eau\",", "'password' => •••,"),
        ("getenv('DB_PASSWORD') ?: 'lav'", "getenv('DB_PASSWORD') ?: •••"),
        (
            "new PDO('mysql:host=localhost;dbname=x', 'root', 'pw')",
            "new PDO('mysql:host=localhost;dbname=x', 'root', •••)",
        ),
        ("mysql://serre:pw@hote/x", "mysql://serre:•••@hote/x"),
        ("serre:$apr1$abc$def", "serre:•••"),
        ("mdp = ligne['mdp']", "mdp = ligne['mdp']"),
        ("minlen = 14", "minlen = 14"),
    ],
)
def test_a_secret_is_masked_and_what_only_names_one_is_not(text: str, shown: str) -> None:
    assert masked(text) == shown
