"""The kit: what two labs share, and who is given which part of it."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from etabli.exam import Failed
from etabli.grading.pack import build_pack, pack_of
from etabli.grading.reached import KIT, reached
from etabli.kit.papers import expect_length, words
from etabli.lab.manifest import lab_ids, load_lab

MODULES = [path.stem for path in KIT.glob("*.py") if path.stem != "__init__"]


def shared(pack: bytes) -> set[str]:
    """The modules of the kit in a pack."""
    with tarfile.open(fileobj=io.BytesIO(pack)) as tar:
        names = [Path(name) for name in tar.getnames() if name.startswith("pack/src/etabli/kit/")]
    return {name.stem for name in names} - {"__init__"}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_of_the_kit_serves_two_labs(module: str) -> None:
    users = [lab for lab in lab_ids() if module in shared(pack_of(load_lab(lab)))]
    assert len(users) >= 2, f"{module} belongs in the grader of {users}"


@pytest.mark.parametrize("lab", lab_ids())
def test_a_generator_which_no_pack_holds_reaches_none_of_it(lab: str) -> None:
    loaded = load_lab(lab)
    folder = loaded.grader / (loaded.manifest.generator or "none")
    assert reached(folder.rglob("*.py")) == []


def test_a_sentence_that_fills_a_text_is_named() -> None:
    def told(text: str) -> str:
        with pytest.raises(Failed) as caught:
            expect_length(text, (1, 10), "Le message", short="", long="")
        return caught.value.observed

    assert told("Il faut être prudent. " * 5 + "Merci.") == (
        "Le message a 21 mots. Une phrase y revient 5 fois : « Il faut être prudent »."
    )
    assert told("un deux trois quatre cinq six sept huit neuf dix onze douze") == "Le message a 12 mots."


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """A kit of four modules, of which one imports another."""
    folder = tmp_path / "kit"
    folder.mkdir()
    code = {"__init__": "", "un": "from etabli.kit.deux import x\n", "deux": "x = 1\n", "trois": "", "quatre": ""}
    for name, text in code.items():
        (folder / f"{name}.py").write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("from etabli.kit import un", {"un", "deux"}),
        ("from etabli.kit.un import x", {"un", "deux"}),
        ("def f():\n    import etabli.kit.trois", {"trois"}),
        ("from etabli.kit import deux, trois as t", {"deux", "trois"}),
        ("import etabli.exam.kit\nfrom .kit import un", set()),
    ],
)
def test_what_is_reached_is_read_in_imports(kit: Path, tmp_path: Path, code: str, names: set[str]) -> None:
    module = tmp_path / "checks.py"
    module.write_text(code, "utf-8")
    assert {path.stem for path in reached([module], kit)} == names | ({"__init__"} if names else set())


def test_one_byte_of_a_module_makes_those_fall_that_reach_it(kit: Path, tmp_path: Path) -> None:
    graders = {"a": "from etabli.kit import un", "b": "from etabli.kit import trois", "c": ""}
    for name, code in graders.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "checks.py").write_text(code, "utf-8")

    def packs() -> dict[str, bytes]:
        return {name: build_pack(tmp_path / name, kit=kit) for name in graders}

    before = packs()
    assert {name: shared(pack) for name, pack in before.items()} == {"a": {"un", "deux"}, "b": {"trois"}, "c": set()}
    (kit / "deux.py").write_text("x = 2\n", "utf-8")
    assert {name for name, pack in packs().items() if pack != before[name]} == {"a"}


def test_what_is_no_python_reaches_nothing(kit: Path, tmp_path: Path) -> None:
    (tmp_path / "brouillon.py").write_text("import etabli.kit.un\ndef check_(:\n", "utf-8")
    assert reached([tmp_path / "brouillon.py"], kit) == []


# -- papers


def test_words_are_counted_in_two_ways() -> None:
    assert words("L'accès : « c'est-à-dire » 12 jours — demain") == (5, 7)


@pytest.mark.parametrize(("count", "told"), [(17, "a 17 mots"), (18, None), (33, None), (34, "a 34 mots")])
def test_a_tenth_beyond_is_no_fault(count: int, told: str | None) -> None:
    try:
        expect_length("mot " * count, (20, 30), "La note", short="Ajoutez.", long="Coupez.")
        said = None
    except Failed as failed:
        said, look = failed.observed, failed.help
        assert look == ("Ajoutez." if count < 20 else "Coupez.")
    assert (told or "None") in str(said)
