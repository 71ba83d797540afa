"""``etabli doctor``: can this machine grade?"""

from __future__ import annotations

import json
import platform
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import typer
from rich.table import Table

from etabli.cli.labs import AsJson
from etabli.cli.screen import Exit, escape, guarded, screen
from etabli.engine.planning import default_sandbox
from etabli.errors import SandboxError
from etabli.i18n import _
from etabli.sandbox import images
from etabli.settings import home

_DISK_GB = 3


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    ok: bool
    said: str


@guarded
def doctor(as_json: AsJson = False) -> None:
    """Dit si cette machine peut vérifier des rendus, et sinon quoi faire.

    Exemple : [bold]etabli doctor[/]
    """
    findings = [_python(), _engine(), _images(), _disk(), _home()]
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        _show(findings)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(Exit.MACHINE)


def _show(findings: list[Finding]) -> None:
    table = Table(show_header=False, box=None)
    for finding in findings:
        sign = "[green]✓[/]" if finding.ok else "[bold red]✗[/]"
        table.add_row(sign, finding.what, escape(finding.said))
    screen.print(table)


def _python() -> Finding:
    return Finding("Python", True, platform.python_version())


def _engine() -> Finding:
    what = _("Moteur de conteneurs")
    try:
        probe = default_sandbox().probe()
    except SandboxError as error:
        return Finding(what, False, str(error))
    return Finding(what, True, f"{probe.engine} {probe.version}, {probe.cpus} CPU, {probe.memory_mb} Mo")


def _images() -> Finding:
    what = _("Images")
    try:
        absent = images.missing()
    except SandboxError as error:
        return Finding(what, False, str(error))
    if absent:
        return Finding(what, False, _("à construire : {names} ; lancez « make setup »").format(names=", ".join(absent)))
    return Finding(what, True, ", ".join(images.names()))


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    said = _("{free:.0f} Go libres ({need} Go au moins)").format(free=free, need=_DISK_GB)
    return Finding(_("Disque"), free >= _DISK_GB, said)


def _home() -> Finding:
    try:
        return Finding(_("Dossier personnel"), True, str(home()))
    except OSError as error:
        return Finding(_("Dossier personnel"), False, f"{error} ; réglez ETABLI_HOME")
