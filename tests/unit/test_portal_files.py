"""The routes of files: what the page is told, and who is refused."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.testclient import TestClient

from etabli.classroom.files import Files
from etabli.classroom.versions import Versions
from etabli.lab.manifest import SubmissionLimits
from etabli.portal.files import Bench, routes

HOME = "/api/espace/abcd2345"
OURS = {"X-Etabli": "1"}


class Place:
    """One workspace, and what this person may do there."""

    def __init__(self, folder: Path) -> None:
        (folder / "rendu").mkdir()
        self.files = Files(folder / "rendu", SubmissionLimits(files=5, size_mb=1), Versions(folder / "versions"))
        self.writable = True
        self.saves = 0

    def saved(self) -> None:
        self.saves += 1

    def __call__(self, request: Request) -> Bench:
        if request.path_params["token"] != "abcd2345":
            raise HTTPException(404, "Cet espace n'existe pas, ou il n'est pas le vôtre.")
        return Bench(self.files, self.writable, "NDE-01-page-dynamique", self.saved)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def client(place: Place) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes(place))) as client:
        yield client


def put(client: TestClient, name: str, content: bytes, **headers: str) -> Any:
    told = {"If-None-Match": "*"} if not headers else {name.replace("_", "-"): value for name, value in headers.items()}
    return client.put(f"{HOME}/fichier", params={"chemin": name}, content=content, headers=OURS | told)


def test_a_file_is_written_read_and_listed(client: TestClient, place: Place) -> None:
    done = put(client, "css/été.css", b"a {}")
    assert (done.status_code, done.json()) == (200, {"sha256": sha256(b"a {}").hexdigest()})
    read = client.get(f"{HOME}/fichier", params={"chemin": "css/été.css"})
    assert (read.content, read.headers["etag"]) == (b"a {}", f'"{sha256(b"a {}").hexdigest()}"')
    listed = client.get(f"{HOME}/fichiers").json()
    assert listed["folders"] == ["css"] and listed["whole"]
    assert [(one["path"], one["kind"], one["size"]) for one in listed["files"]] == [("css/été.css", "text", 4)]
    assert place.saves == 1


def test_what_a_learner_wrote_never_becomes_a_page_of_the_portal(client: TestClient) -> None:
    put(client, "page.html", b"<script>alert(1)</script>")
    for answer in (
        client.get(f"{HOME}/fichier", params={"chemin": "page.html"}),
        client.get(
            f"{HOME}/version",
            params={"chemin": "page.html", "sha256": sha256(b"<script>alert(1)</script>").hexdigest()},
        ),
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "sandbox"


def test_two_pages_that_disagree_get_both_texts(client: TestClient) -> None:
    first = put(client, "index.php", b"un").json()["sha256"]
    put(client, "index.php", b"deux", If_Match=f'"{first}"')
    late = put(client, "index.php", b"trois", If_Match=f'"{first}"')
    assert late.status_code == 409
    assert (late.json()["text"], late.json()["sha256"]) == ("deux", sha256(b"deux").hexdigest())
    assert put(client, "index.php", b"x").status_code == 409
    gone = put(client, "parti.php", b"x", If_Match=f'"{first}"')
    assert (gone.status_code, gone.json()["text"], gone.json()["sha256"]) == (409, None, None)
    assert put(client, "index.php", b"x", Accept="*/*").status_code == 428


WRITES = [
    ("PUT", "fichier?chemin=a.php", {"If-None-Match": "*"}, b"x"),
    ("DELETE", "fichier?chemin=index.php", {}, b""),
    ("POST", "dossier?chemin=d", {}, b""),
    ("POST", "renommer", {}, b'{"de": "index.php", "vers": "b.php"}'),
    ("POST", "televerser", {"Content-Type": "multipart/form-data; boundary=x"},
     b'--x\r\nContent-Disposition: form-data; name="fichiers"; filename="a.php"\r\n\r\nx\r\n--x--\r\n'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "headers", "body"), WRITES, ids=[path.split("?")[0] + method for method, path, _h, _b in WRITES]
)
def test_every_write_comes_from_our_page_and_from_who_may_write(
    client: TestClient, place: Place, method: str, path: str, headers: dict[str, str], body: bytes
) -> None:
    place.files.write("index.php", b"i")

    def ask(more: dict[str, str], token: str = "abcd2345") -> Any:
        return client.request(method, f"/api/espace/{token}/{path}", headers=headers | more, content=body)

    assert ask({}).status_code == 403
    place.writable = False
    refused = ask(OURS)
    assert refused.status_code == 403 and "lecture seule" in refused.json()["error"]
    place.writable = True
    assert ask(OURS, "autre").status_code == 404
    assert [one.path for one in place.files.listing().files] == ["index.php"] and place.saves == 0
    assert ask(OURS).status_code in (200, 201)
    assert place.saves == 1


@pytest.mark.parametrize("path", ["fichiers", "fichier?chemin=index.php", "tout.zip", "versions?chemin=index.php"])
def test_who_may_only_look_may_read(client: TestClient, place: Place, path: str) -> None:
    place.files.write("index.php", b"i")
    place.writable = False
    assert client.get(f"{HOME}/{path}").status_code == 200
    assert client.get(f"/api/espace/autre/{path}").json() == {
        "error": "Cet espace n'existe pas, ou il n'est pas le vôtre."
    }


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (lambda client: client.get(f"{HOME}/fichier", params={"chemin": "rien.php"}), 404),
        (lambda client: client.get(f"{HOME}/fichier", params={"chemin": "../secret"}), 404),
        (lambda client: client.get(f"{HOME}/fichier"), 400),
        (lambda client: client.get(f"{HOME}/version", params={"chemin": "a", "sha256": "../index.sqlite"}), 404),
        (lambda client: put(client, "a:b.php", b"x"), 422),
        (lambda client: put(client, "gros.bin", b"x" * 1_000_001), 413),
        (lambda client: client.post(f"{HOME}/renommer", content=b"{", headers=OURS), 400),
        (lambda client: client.post(f"{HOME}/renommer", content=b'{"de": 1}', headers=OURS), 400),
        (lambda client: client.post(f"{HOME}/televerser", headers=OURS), 400),
        (lambda client: client.post(f"{HOME}/televerser", headers=OURS, content=iter([b"x"])), 411),
        (lambda client: client.post(f"{HOME}/televerser", headers=OURS, content=b"x" * 1_200_000), 413),
        (lambda client: client.post(f"{HOME}/televerser", headers=OURS | {"Content-Type": "multipart/form-data; boundary=x"}, content=b"--x\r\ncoup"), 400),
    ],
)  # fmt: skip
def test_what_is_refused_says_why_in_a_sentence(client: TestClient, answer: Any, status: int) -> None:
    told = answer(client)
    assert told.status_code == status
    assert list(told.json()) == ["error"] and told.json()["error"].endswith(".")


def test_files_are_uploaded_several_at_once_and_a_zip_is_opened(client: TestClient, place: Place) -> None:
    place.files.write("a.txt", b"avant")
    several = [("fichiers", ("C:\\moi\\a.txt", b"1")), ("fichiers", ("été.xlsx", b"2"))]
    done = client.post(f"{HOME}/televerser", files=several, headers=OURS)
    assert (done.status_code, done.json()) == (201, {"written": ["été.xlsx"], "replaced": ["a.txt"]})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("b/c.txt", "c")
    done = client.post(
        f"{HOME}/televerser?dossier=ici&ouvrir=1", files=[("fichiers", ("z.zip", packed.getvalue()))], headers=OURS
    )
    assert done.json() == {"written": ["ici/b/c.txt"], "replaced": []}
    all_ = client.get(f"{HOME}/tout.zip")
    assert "NDE-01-page-dynamique.zip" in all_.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(all_.content)) as archive:
        assert sorted(archive.namelist()) == ["a.txt", "ici/b/c.txt", "été.xlsx"]
    assert int(all_.headers["content-length"]) == len(all_.content)


def test_what_was_deleted_or_changed_is_found_in_the_versions(client: TestClient) -> None:
    first = put(client, "a.php", b"1").json()["sha256"]
    put(client, "a.php", b"2", If_Match=f'"{first}"')
    deleted = client.delete(f"{HOME}/fichier", params={"chemin": "a.php"}, headers=OURS).json()["deleted"]
    assert deleted == {"a.php": sha256(b"2").hexdigest()}
    versions = client.get(f"{HOME}/versions", params={"chemin": "a.php"}).json()
    assert [one["sha256"] for one in versions] == [sha256(b"2").hexdigest(), first]
    gone = client.get(f"{HOME}/supprimes").json()
    assert [(one["path"], one["sha256"]) for one in gone] == [("a.php", sha256(b"2").hexdigest())]
    assert client.get(f"{HOME}/version", params={"chemin": "a.php", "sha256": first}).content == b"1"


def test_folders_are_made_and_names_changed(client: TestClient, place: Place) -> None:
    assert client.post(f"{HOME}/dossier", params={"chemin": "images"}, headers=OURS).status_code == 201
    assert client.post(f"{HOME}/dossier", params={"chemin": "images"}, headers=OURS).status_code == 409
    put(client, "a.php", b"1")
    body = json.dumps({"de": "a.php", "vers": "images/b.php"})
    assert client.post(f"{HOME}/renommer", content=body, headers=OURS).status_code == 200
    assert [one.path for one in place.files.listing().files] == ["images/b.php"]


def test_on_a_full_disk_a_text_is_saved_and_an_upload_is_refused(place: Place, tmp_path: Path) -> None:
    def bench(request: Request) -> Any:
        return replace(place(request), full=lambda: "Le disque de la salle est presque plein.")

    with TestClient(Starlette(routes=routes(bench))) as client:
        assert put(client, "index.php", b"<p>").status_code == 200
        sent = client.post(f"{HOME}/televerser", files={"fichiers": ("a.txt", b"x")}, headers=OURS)
        assert (sent.status_code, sent.json()["error"]) == (507, "Le disque de la salle est presque plein.")
    assert [path.name for path in (tmp_path / "rendu").iterdir()] == ["index.php"]
