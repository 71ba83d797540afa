"""Files that LibreOffice itself writes, made by the examiner's image: no test believes in an imitation of them."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from etabli.sandbox import images

_CONVERT = (
    "cp -r /opt/etabli/profil /tmp/profil && cd /essai && /usr/lib/libreoffice/program/soffice.bin --headless "
    "-env:UserInstallation=file:///tmp/profil --convert-to {end} --outdir /tmp/faits *.* >&2"
)


def converted(files: Mapping[str, bytes], end: str = "ods") -> dict[str, bytes]:
    """Opens each file in LibreOffice and saves it in another format.

    Returns:
        The new files; only their suffix has changed.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for file, data in files.items():
            (folder / file).write_bytes(data)
        command = f"{_CONVERT.format(end=end)} && cd /tmp/faits && tar -c *"
        done = subprocess.run(
            [
                *("docker", "run", "--rm", "--network=none", "--user=parsers", "--entrypoint=sh"),
                *("--tmpfs=/tmp:exec,mode=1777", "--env=HOME=/tmp", f"--volume={folder}:/essai:ro"),
                *(images.tag("examiner"), "-c", command),
            ],
            capture_output=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        subprocess.run(["tar", "-x", "-C", name], input=done.stdout, check=True)
        made = {Path(file).with_suffix(f".{end}").name for file in files}
        return {file: (folder / file).read_bytes() for file in made}
