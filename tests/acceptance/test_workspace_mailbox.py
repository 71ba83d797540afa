"""A learner reads the mailbox of hameconnage in the workspace: thirty messages in order, no way out, clicks that are told."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from command_line import etabli, said
from helpers import own_port

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("module_home")]
TARGET = "http://un-piege.test/page?a=1"


class Mailbox:
    """Roundcube, entered as its page has it done."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.address = facts["messagerie"]
        self._session = requests.Session()
        self._session.trust_env = False
        token = re.search(r'name="_token" value="([^"]+)"', self.get()) or pytest.fail("no form")
        form = {"_token": token[1], "_task": "login", "_action": "login", "_user": facts["messagerie_user"]}
        answer = self._session.post(f"{self.address}/?_task=login", form | {"_pass": facts["messagerie_password"]})
        assert "Boîte de réception" in answer.text

    def get(self, action: str = "", **more: str) -> str:
        asked = {"_task": "mail", "_action": action, "_mbox": "INBOX"} if action else {}
        return self._session.get(f"{self.address}/", params=asked | more).text


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    root = tmp_path_factory.mktemp("messagerie")
    started = etabli("start", "hameconnage", "--candidat", "sno-07", "--port", own_port(), "--json", at=root)
    assert started.returncode == 0, started.stderr
    facts: dict[str, Any] = json.loads(started.stdout)
    yield facts
    etabli("stop", "--effacer", "--oui", at=Path(facts["folder"]))


def test_the_messages_are_there_in_their_order(space: dict[str, Any]) -> None:
    box = Mailbox(space)
    listed = (Path(space["folder"]) / "donnees" / "messages.csv").read_text("utf-8-sig").splitlines()[1:]
    for line in (listed[0], listed[14], listed[-1]):
        number, _sent, _who, subject = line.split(";")
        assert subject in box.get("preview", _uid=number, _framed="1").replace("&#039;", "'")


def test_a_click_leads_nowhere_and_is_told(space: dict[str, Any]) -> None:
    box = Mailbox(space)
    assert "plugins/clics/clics.js" in box.get("preview", _uid="1", _framed="1")
    told = box.get("plugin.clic", _vers=TARGET)
    assert "Vous avez suivi un lien" in told and TARGET.replace("&", "&amp;") in told
    assert f"lien suivi, {told.partition('<li>')[2].partition(' : ')[0]}" in said(
        etabli("journal", at=Path(space["folder"]))
    )
    (Path(space["folder"]) / "rendu" / "tri.csv").write_text("message;verdict;indice;preuve\n", "utf-8")
    assert etabli("submit", at=Path(space["folder"])).returncode == 0
    with zipfile.ZipFile(next(Path(space["folder"]).glob("**/*.zip"))) as handed_in:
        opened, followed = json.loads(handed_in.read("rendu.json"))["noted"]["messagerie"]
    assert opened.endswith("boîte ouverte") and followed.endswith(f" : {TARGET}")


def test_it_answers_to_no_other_name(space: dict[str, Any]) -> None:
    assert requests.get(space["messagerie"], headers={"Host": "ailleurs.example"}, timeout=10).status_code == 403
