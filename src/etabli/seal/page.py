"""``verificateur.html``: one page that verifies an archive in a browser, without network and without us.

Script and style are in it, allowed by their hashes alone; the centre's public key is in it too. The browser's own
WebCrypto does SHA-256 and Ed25519.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from markupsafe import Markup

from etabli.seal.keys import PublicKey
from etabli.system.page_templates import page_templates

_TEMPLATES = Path(__file__).parent / "templates"


def render_verifier(key: PublicKey) -> str:
    """Renders the page, with the public key that it trusts."""
    script, style = (_asset(f"verificateur.{kind}") for kind in ("js", "css"))
    policy = (
        f"default-src 'none'; script-src '{_source(script)}'; style-src '{_source(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    environment = page_templates(_TEMPLATES)
    return environment.get_template("verificateur.html.j2").render(
        script=Markup(script), style=Markup(style), policy=policy, key=key
    )


def _asset(name: str) -> str:
    return (_TEMPLATES / name).read_text("utf-8").strip()


def _source(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"
