"""The layout shows the design: imports point one way, the platform knows no lab, candidates never see graders."""

from __future__ import annotations

import ast
import re
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from etabli import exam
from etabli.exam.contract.check import package_name

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "etabli"
TESTS = ROOT / "tests"

PLAN = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
RANK = {room: int(floor) for floor, room in re.findall(r"^\| (\d) \| `(\w+)/` \|", PLAN, re.M)}
"""The floor of each room, as CONTRIBUTING.md shows it."""


@cache
def modules() -> list[Path]:
    return [path for path in SOURCE.rglob("*.py") if path != SOURCE / "__init__.py"]


def noun(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


@cache
def imports(path: Path) -> list[ast.Import | ast.ImportFrom]:
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    return [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]


def imported(path: Path) -> set[str]:
    found = set()
    for node in imports(path):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("etabli"):
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("etabli.")}
    return found & set(RANK)


def imported_modules(path: Path) -> set[str]:
    """Dotted names, of what is imported from a module too: ``etabli.exam.runner`` or ``etabli.exam.runner.peer``."""
    found = set()
    for node in imports(path):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def test_the_plan_shows_the_rooms_that_there_are() -> None:
    assert set(RANK) == {noun(path) for path in modules()}


def arrows() -> dict[str, set[str]]:
    """Room to the rooms that it imports."""
    found: dict[str, set[str]] = {room: set() for room in RANK}
    for path in modules():
        found[noun(path)] |= imported(path) - {noun(path)}
    return found


def test_imports_go_down_the_floors() -> None:
    assert [(room, other) for room, others in arrows().items() for other in others if RANK[other] > RANK[room]] == []


def test_and_never_round() -> None:
    TopologicalSorter(arrows()).prepare()  # raises CycleError, which names the rooms


def test_the_platform_knows_no_particular_lab() -> None:
    labs = [path.parent.name for path in (ROOT / "labs").glob("*/lab.yaml")]
    assert labs
    labs += [package_name(lab) for lab in labs]
    for path in modules():
        code = ast.parse(path.read_text("utf-8"))
        words = {
            node.value for node in ast.walk(code) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        helps = noun(path) == "cli"  # its examples may name one
        used = {lab for lab in labs for word in words if lab == word or (lab in word and not helps)}
        assert used == set(), f"{path} names {used}"


EXAM = [{"contract", "reading", "office"}, {"runner"}, {"tools"}, {"kit", "plugin"}, {"forkserver"}]
EXAM_RANK = {name: rank for rank, names in enumerate(EXAM) for name in names}


def test_the_examiner_s_folder_imports_nothing_of_the_rest() -> None:
    assert [path for path in modules() if noun(path) == "exam" and imported(path) - {"exam"}] == []


def test_the_kit_imports_what_the_examiner_receives_and_nothing_else() -> None:
    inside = [path for path in modules() if noun(path) == "kit"]
    assert [path for path in inside if imported(path) - {"exam", "kit"}] == []
    assert [path for path in inside if re.search(r"^\s*from \.", path.read_text("utf-8"), re.M)] == [], "by whole names"


def test_inside_it_imports_point_one_way_too() -> None:
    inside = SOURCE / "exam"
    for path in (path for path in inside.rglob("*.py") if path != inside / "__init__.py"):
        own = path.relative_to(inside).parts[0].removesuffix(".py")
        found = {name.split(".")[2] for name in imported_modules(path) if name.startswith("etabli.exam.")}
        assert all(EXAM_RANK[name] <= EXAM_RANK[own] for name in found), path
        if own in {"reading", "office"}:  # these travel alone
            assert found <= {own}, path


def test_the_public_surface_is_a_list() -> None:
    assert exam.__all__ == [
        "Answer",
        "Cells",
        "CheckSpec",
        "Failed",
        "Line",
        "Outcome",
        "Page",
        "Palier",
        "Rows",
        "check",
    ]
    assert all(hasattr(exam, name) for name in exam.__all__)


def test_every_error_says_the_next_step() -> None:
    from etabli.exam.contract import errors

    for value in vars(errors).values():
        if isinstance(value, type) and issubclass(value, errors.EtabliError):
            sentence = str(value())
            assert sentence.endswith("."), value
            assert re.search(r"lancez|relancez|corrigez|demandez|ajoutez|donne|dit|lisez", sentence), value


def test_the_system_s_reasons_are_told_in_french() -> None:
    """Its own are in English: `system/disk.py` has the French ones."""
    assert [path.name for path in modules() if ".strerror" in path.read_text("utf-8")] == ["disk.py"]


def test_the_pack_holds_no_specimen_and_not_the_platform(tmp_path: Path) -> None:
    import io
    import tarfile

    from etabli.grading.pack import pack_of
    from etabli.lab.manifest import lab_ids, load_lab

    for lab in lab_ids():
        with tarfile.open(fileobj=io.BytesIO(pack_of(load_lab(lab)))) as tar:
            names = tar.getnames()
        assert f"pack/graders/{lab}/checks.py" in names
        assert {name.split("/")[3] for name in names if name.startswith("pack/src/etabli/")} - {"kit"} == {"exam"}
        assert not [name for name in names if "specimen" in name]


def test_no_image_is_built_from_graders() -> None:
    for path in (ROOT / "images").rglob("Dockerfile"):
        assert "graders" not in path.read_text("utf-8")


def test_the_repository_stands_alone() -> None:
    word = "sha" + "red/"
    for path in ROOT.rglob("*.*"):
        if {".venv", ".git", ".cache", "resultats", ".mypy_cache", ".ruff_cache", "__pycache__"} & set(path.parts):
            continue
        if path.is_file() and path.suffix in {".py", ".md", ".yaml", ".toml", ".sh", ".html"}:
            assert f"../{word}" not in path.read_text("utf-8", "replace"), path


def test_each_test_that_a_threat_names_is_there() -> None:
    threats = (ROOT / "docs" / "securite.md").read_text("utf-8")
    tests = {
        path.relative_to(TESTS).as_posix(): set(re.findall(r"def (test_\w+)", path.read_text("utf-8")))
        for path in TESTS.rglob("test_*.py")
    }
    everywhere = set().union(*tests.values())
    named = re.findall(r"`((?:[\w-]+/)*test_\w+\.py)?(?:::(test_\w+))?`", threats)
    assert len(named) > 400
    for file, test in named:
        place = file if "/" in file or not file else f"security/{file}"  # what section 7 names alone is of that folder
        assert {test} - {""} <= (tests.get(place, set()) if file else everywhere), (file, test)
        assert not file or place in tests, file
