"""Small documents for witness submissions: what a candidate wrote, as Word, OpenDocument, PDF or plain text."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

_DATE = (2026, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(?=<)")
_ODT = "application/vnd.oasis.opendocument.text"
_OPEN = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_SCHEMAS = "http://schemas.openxmlformats.org"
_KIND = "application/vnd.openxmlformats"
_WORD = (
    f'<Types xmlns="{_SCHEMAS}/package/2006/content-types">'
    f'<Default Extension="rels" ContentType="{_KIND}-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" '
    f'ContentType="{_KIND}-officedocument.wordprocessingml.document.main+xml"/>'
    f'<Override PartName="/docProps/core.xml" ContentType="{_KIND}-package.core-properties+xml"/></Types>',
    f'<Relationships xmlns="{_SCHEMAS}/package/2006/relationships"><Relationship Id="r1" '
    f'Type="{_SCHEMAS}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="r2" Type="{_SCHEMAS}/package/2006/relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/></Relationships>',
)


def odt(text: str) -> bytes:
    """An OpenDocument text, one paragraph per line."""
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in _lines(text))
    return open_document(_ODT, f"<office:text>{paragraphs}</office:text>")


def docx(text: str, *, creator: str = "", hidden: str = "", unseen: str = "<w:vanish/>") -> bytes:
    """A Word document, one paragraph per line, then those that nobody sees, by a property of theirs."""
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in _lines(text))
    unseen = f"<w:rPr>{unseen}</w:rPr>"
    body += "".join(f"<w:p><w:r>{unseen}<w:t>{escape(line)}</w:t></w:r></w:p>" for line in _lines(hidden) if line)
    main = f"{_SCHEMAS}/wordprocessingml/2006/main"
    core = f"{_SCHEMAS}/package/2006/metadata/core-properties"
    files = {
        "[Content_Types].xml": _WORD[0],
        "_rels/.rels": _WORD[1],
        "word/document.xml": f'<w:document xmlns:w="{main}"><w:body>{body}</w:body></w:document>',
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{core}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:creator>{escape(creator)}</dc:creator></cp:coreProperties>",
    }
    return _stored({name: _HEAD + xml for name, xml in files.items()})


def pdf(text: str, *, drawn: str = "") -> bytes:
    """Pages of text, in WinAnsi, with the objects that a reader needs; `drawn`: how, as a PDF says it."""
    lines = [piece for line in _lines(text) for piece in _wrapped(line)]
    pages = [lines[start : start + 45] for start in range(0, len(lines), 45)]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        content = (
            b"BT %s /F1 11 Tf 14 TL 60 780 Td\n" % drawn.encode()
            + b"".join(b"(" + _pdf_text(line) + b") Tj T*\n" for line in page)
            + b"ET"
        )
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {5 + 2 * number} 0 R >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream")
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        made
        + b"xref\n0 %d\n0000000000 65535 f \n" % size
        + table
        + (b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(made)))
    )


def open_document(mime: str, body: str) -> bytes:
    """An OpenDocument file of a kind, given what is in its body."""
    content = (
        f'<office:document-content {_OPEN} office:version="1.3"><office:body>{body}</office:body>'
        "</office:document-content>"
    )
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in (("/", mime), ("content.xml", "text/xml"))
    )
    name = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    manifest = f'<manifest:manifest xmlns:manifest="{name}">{entries}</manifest:manifest>'
    return _stored({"mimetype": mime, "content.xml": _HEAD + content, "META-INF/manifest.xml": _HEAD + manifest})


WRITERS: Mapping[str, Callable[[str], bytes]] = {
    ".docx": docx,
    ".odt": odt,
    ".pdf": pdf,
    ".txt": str.encode,
    ".md": str.encode,
}
"""By a file's suffix."""


def sealed(office_file: bytes) -> bytes:
    """The same archive at a fixed date: nothing in it tells when it was made."""
    parts = unzipped(office_file)
    for name in [name for name in parts if name.endswith("core.xml")]:
        parts[name] = _MODIFIED.sub(rb"\g<1>2026-01-01T00:00:00Z", parts[name])
    return zipped(parts)


def unzipped(content: bytes) -> dict[str, bytes]:
    """The parts of an archive, in order."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


def zipped(parts: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in parts.items():
            stored = zipfile.ZIP_STORED if name == "mimetype" else compression
            archive.writestr(zipfile.ZipInfo(name, _DATE), part, stored)
    return buffer.getvalue()


def _stored(files: Mapping[str, str]) -> bytes:
    return zipped({name: text.encode() for name, text in files.items()}, zipfile.ZIP_STORED)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _wrapped(line: str) -> list[str]:
    """Pieces of a line; an amount written with no-break spaces stays whole."""
    pieces, current = [], ""
    for word in line.split(" "):
        if len(current) + len(word) > 84:
            pieces.append(current)
            current = ""
        current = f"{current} {word}".strip()
    return [*pieces, current]


def _pdf_text(line: str) -> bytes:
    return line.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
