"""The mailbox as files: thirty messages, the directory, and the partners that the organisation knows."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import segno

from .shape import Message, Variant

_RULES = policy.SMTP.clone(cte_type="7bit")
_PARIS = ZoneInfo("Europe/Paris")
_KINDS = {"pdf": "application/pdf", "odt": "application/vnd.oasis.opendocument.text"}
_HARMLESS = b"Piece jointe d'exercice : ce fichier ne contient rien.\r\n"


def files(variant: Variant) -> dict[str, bytes]:
    """All of ``donnees/``, by path."""
    listed = [
        (one.number, one.sent.replace("T", " "), f"{one.name} <{one.address}>", one.subject) for one in variant.messages
    ]
    made = {f"messages/message-{one.number:02d}.eml": eml(one, variant) for one in variant.messages}
    made |= {f"messages/message-{one.number:02d}.svg": _picture(one.qr, "svg") for one in variant.messages if one.qr}
    return made | {
        "messages.csv": _csv(("message", "reçu le", "de", "objet"), listed),
        "annuaire.csv": _csv(("nom", "service", "adresse"), [(one.full, one.role, one.email) for one in variant.people]),
        "partenaires.csv": _csv(
            ("nom", "objet", "domaine", "contact", "iban"),
            [(one.name, one.what, one.domain, one.contact, one.iban) for one in variant.partners],
        ),
    }  # fmt: skip


def eml(one: Message, variant: Variant) -> bytes:
    """One message, as a mail program keeps it; the same bytes each time."""
    sent = datetime.fromisoformat(one.sent).replace(tzinfo=_PARIS)
    made = EmailMessage(policy=_RULES)
    made["Message-ID"] = f"<{sent:%Y%m%d%H%M}.{one.number}@{one.address.partition('@')[2]}>"
    made["Date"] = sent
    made["From"] = Address(one.name, addr_spec=one.address)
    made["To"] = Address("Accueil", addr_spec=f"contact@{variant.organisation.domain}")
    if one.reply:
        made["Reply-To"] = Address(addr_spec=one.reply)
    made["Subject"] = one.subject
    plain = f"{one.text}\n\n{one.shown}\n<{one.target}>\n" if one.target else f"{one.text}\n"
    made.set_content(plain, cte="quoted-printable")
    made.add_alternative(_page(one), subtype="html", cte="quoted-printable")
    if one.qr:
        related = made.get_payload()[1]  # type: ignore[index]
        related.add_related(_picture(one.qr, "png"), "image", "png", cid="<qr>")  # type: ignore[union-attr]
    if one.attachment:
        kind = _KINDS.get(one.attachment.rpartition(".")[2], "application/octet-stream")
        made.add_attachment(_HARMLESS, *kind.split("/"), filename=one.attachment)
    for rank, part in enumerate(part for part in made.walk() if part.is_multipart()):
        part.set_boundary(f"=={one.number:02d}-{rank}==")
    return made.as_bytes()


def _picture(address: str, kind: str) -> bytes:
    """A QR code."""
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind=kind, scale=6)
    return picture.getvalue()


def _page(one: Message) -> str:
    paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in one.text.split("\n\n"))
    link = f'<p><a href="{html.escape(one.target)}">{html.escape(one.shown)}</a></p>' if one.target else ""
    picture = '<p><img src="cid:qr" alt="QR code"></p>' if one.qr else ""
    return f'<html lang="fr"><body>{paragraphs}{link}{picture}</body></html>\n'


def _csv(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """As a French spreadsheet opens it with a double click: semicolons, UTF-8 with its mark, CRLF."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerows([titles, *rows])
    return stream.getvalue().encode("utf-8-sig")
