"""A référentiel written again with what annexe III says: the file keeps its comments and its order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import yaml

from etabli.referentiel.model import AnnexeIII, Referentiel

_KEY = "annexe_iii"


def with_annexes(text: str, referentiel: Referentiel, annexes: Mapping[str, AnnexeIII]) -> str:
    """Returns a référentiel's text in which these competences have this annexe III.

    Args:
        text: The YAML, already found right.
        referentiel: What it says.
        annexes: Code of a competence → what its annexe III becomes.
    """
    wanted = replaced(referentiel, annexes)
    edited = _edited(text, annexes)
    try:
        if Referentiel.model_validate(yaml.safe_load(edited)) == wanted:
            return edited
    except (yaml.YAMLError, ValueError):
        pass  # written in a way (braces, anchors) in which lines cannot be put
    return yaml.safe_dump(
        wanted.model_dump(mode="json", exclude_defaults=True), allow_unicode=True, sort_keys=False, width=120
    )


def replaced(referentiel: Referentiel, annexes: Mapping[str, AnnexeIII]) -> Referentiel:
    """Returns a référentiel in which these competences have this annexe III."""
    blocs = tuple(
        bloc.model_copy(
            update={
                "competences": tuple(
                    one.model_copy(update={_KEY: annexes.get(one.code, one.annexe_iii)}) for one in bloc.competences
                )
            }
        )
        for bloc in referentiel.blocs
    )
    return Referentiel.model_validate(referentiel.model_dump() | {"blocs": [bloc.model_dump() for bloc in blocs]})


def _edited(text: str, annexes: Mapping[str, AnnexeIII]) -> str:
    """Puts each annexe in the place of the former one, else after the last line of what says where the text is from."""
    lines = text.splitlines(keepends=True)
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    for node in sorted(_competences(root), key=lambda node: -node.start_mark.line):
        keys = {key.value: (key, value) for key, value in node.value}
        code = keys["code"][1].value
        if code not in annexes:
            continue
        said = annexes[code].model_dump(mode="json", exclude_defaults=True)
        block = yaml.safe_dump({_KEY: said}, allow_unicode=True, sort_keys=False, width=120)
        margin = " " * node.start_mark.column
        new = [margin + line for line in block.splitlines(keepends=True)]
        if _KEY in keys:
            start, end = keys[_KEY][0].start_mark.line, keys[_KEY][1].end_mark.line
        else:
            start = end = 1 + max(keys[key][1].end_mark.line for key in ("verified", "remarque") if key in keys)
        lines[start:end] = new
    return "".join(lines)


def _competences(root: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    for bloc in _items(root, "blocs"):
        for one in _items(bloc, "competences"):
            if isinstance(one, yaml.MappingNode):
                yield one


def _items(node: yaml.Node | None, key: str) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key and isinstance(value, yaml.SequenceNode):
                yield from value.value
