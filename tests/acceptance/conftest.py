"""A home of their own for the tests of a file, the commands that they start included."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def module_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ETABLI_HOME", str(tmp_path_factory.mktemp("home")))
        yield
