"""Right sheets in French, one per family, and the forms in which people hand them in."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from markdown_it import MarkdownIt

from etabli.lab.specimens import papers
from etabli.lab.specimens.papers import open_document, unzipped, zipped

Data = Mapping[str, Any]
Tree = dict[str, bytes]
HERE = Path(__file__).with_name("fiches")
_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
_PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")


def right(data: Data) -> str:
    """The right sheet of a candidate, in Markdown."""
    return _filled(HERE / f"{data['family']}.md", data)


def otherwise(data: Data) -> Tree:
    """A right sheet by somebody else: other parts, other words, commands in other forms; each in its own format."""
    path = next(HERE.glob(f"autrement-{data['family']}.*"))
    text = _filled(path, data)
    made = {"sauvegarde": text.encode(), "partage": text.encode(), "site": papers.docx(text), "courrier": papers.odt(text)}
    suffix = {"site": ".docx", "courrier": ".odt"}.get(data["family"], path.suffix)
    return {f"fiche{suffix}": made[data["family"]]}


def _filled(path: Path, data: Data) -> str:
    """A model with the values of a candidate, as the French write them."""
    values = dict(data["values"])
    month, day, year = map(int, values["date_us"].split("/"))
    hour, minutes = re.split(r"[: ]", values["hour_us"])[:2]
    values |= {
        "reader": data["reader"]["name"],
        "role": data["reader"]["role"],
        "title": data["document"]["title"],
        "date_fr": f"{day} {_MONTHS[month - 1]} {year}".replace("1 ", "1er ", 1) if day == 1 else f"{day} {_MONTHS[month - 1]} {year}",
        "count_fr": values["count_us"].replace(",", " "),
        "hour_fr": f"{int(hour) % 12 + 12} h {minutes}",
        "hour_tight": f"{int(hour) % 12 + 12}h{minutes}",
    }
    text = path.read_text("utf-8")
    return re.sub(r"«(\w+)»", lambda found: str(values[found[1]]), text)


def page(text: str) -> str:
    """As a web page."""
    body = MarkdownIt("commonmark").enable("table").render(text)
    return f'<!DOCTYPE html>\n<html lang="fr">\n<head><meta charset="utf-8"><title>Fiche</title></head>\n<body>\n{body}</body>\n</html>\n'


def _paragraphs(text: str) -> list[tuple[str, str]]:
    """Kinds and lines: ``h``, ``step``, ``code``, ``row`` or ``p``."""
    found, code = [], False
    for line in text.splitlines():
        if line.startswith("```"):
            code = not code
        elif code:
            found.append(("code", line))
        elif re.fullmatch(r"[|\s:-]+", line) or not line.strip():
            continue
        elif line.startswith("#"):
            found.append(("h", line.lstrip("# ")))
        elif number := re.match(r"\d+\. ", line):
            found.append(("step", line[number.end() :]))
        else:
            found.append(("row" if line.startswith("|") else "p", line.strip().removeprefix("- ").replace("**", "")))
    return found


def odt(text: str, *, mono: bool = True, picture: str | None = None) -> bytes:
    """As LibreOffice writes it: preformatted text, a list for each step, a table."""
    body = ""
    for kind, line in _paragraphs(text):
        inner = re.sub(r"`([^`]+)`", r'<text:span text:style-name="T1">\1</text:span>', escape(line).replace("  ", '<text:s text:c="2"/>'))
        if kind == "h":
            body += f'<text:h text:outline-level="2">{inner}</text:h>'
        elif kind == "step":
            body += f'<text:list text:style-name="L1"><text:list-item><text:p>{inner}</text:p></text:list-item></text:list>'
        elif kind == "row":
            cells = "".join(f"<table:table-cell><text:p>{one.strip()}</text:p></table:table-cell>" for one in inner.strip("|").split("|"))
            body += f"<table:table><table:table-row>{cells}</table:table-row></table:table>"
        else:
            body += f'<text:p text:style-name="{"P1" if kind == "code" and mono else "Standard"}">{inner}</text:p>'
    if picture is not None:
        body += f'<text:p><draw:frame draw:name="Image1"><draw:image xlink:href="Pictures/1.png"/><svg:desc>{escape(picture)}</svg:desc></draw:frame></text:p>'
    made = unzipped(open_document("application/vnd.oasis.opendocument.text", f"<office:text>{body}</office:text>"))
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"'
        for name, path in (("style", "style"), ("fo", "xsl-fo-compatible"), ("draw", "drawing"), ("svg", "svg-compatible"))
    )
    styles = (
        '<office:automatic-styles><style:style style:name="P1" style:family="paragraph"><style:text-properties style:font-name="Liberation Mono"/></style:style>'
        '<style:style style:name="T1" style:family="text"><style:text-properties style:font-name="Courier New"/></style:style>'
        '<text:list-style style:name="L1"><text:list-level-style-number text:level="1"/></text:list-style></office:automatic-styles>'
    )
    content = made["content.xml"].decode().replace(' office:version="1.3">', f'{spaces} xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.3">{styles}', 1)
    return zipped(made | {"content.xml": content.encode()} | ({"Pictures/1.png": _PIXEL} if picture is not None else {}))


def docx(text: str, *, mono: bool = True, numbers: bool = True, picture: str | None = None, hidden: str = "") -> bytes:
    """As Word writes it: a font for what is typed, or none; numbered paragraphs, or numbers typed by hand."""
    body, step = "", 0
    for kind, line in _paragraphs(text):
        style, start = "", ""
        if kind == "h":
            style = '<w:pPr><w:pStyle w:val="Titre2"/></w:pPr>'
        elif kind == "step":
            step += 1
            style = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>' if numbers else ""
            start = "" if numbers else f"Étape {step} : "
        elif kind == "row":
            cells = "".join(f"<w:tc><w:p><w:r><w:t>{escape(one.strip())}</w:t></w:r></w:p></w:tc>" for one in line.strip("|").split("|"))
            body += f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
            continue
        pieces = re.split(r"`([^`]+)`", line) if kind != "code" else ["", line]
        runs = "".join(_run(start * (not at) + piece, mono and at % 2 == 1) for at, piece in enumerate(pieces) if piece or start)
        body += f"<w:p>{style}{runs}</w:p>"
    if picture is not None:
        body += f'<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="Image 1" descr="{escape(picture)}"/></wp:inline></w:drawing></w:r></w:p>'
    if hidden:
        body += f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{escape(hidden)}</w:t></w:r></w:p>"
    schemas = "http://schemas.openxmlformats.org"
    main, kind = f"{schemas}/wordprocessingml/2006/main", "application/vnd.openxmlformats-officedocument.wordprocessingml"
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{schemas}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{kind}.document.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{schemas}/package/2006/relationships"><Relationship Id="r1" Type="{schemas}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{schemas}/package/2006/relationships"><Relationship Id="r1" Type="{schemas}/officeDocument/2006/relationships/styles" Target="styles.xml"/>'
        f'<Relationship Id="r2" Type="{schemas}/officeDocument/2006/relationships/numbering" Target="numbering.xml"/></Relationships>',
        "word/styles.xml": f'<w:styles xmlns:w="{main}"><w:style w:type="paragraph" w:styleId="Titre2"><w:name w:val="heading 2"/></w:style></w:styles>',
        "word/numbering.xml": f'<w:numbering xmlns:w="{main}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>',
        "word/document.xml": f'<w:document xmlns:w="{main}" xmlns:wp="{schemas}/drawingml/2006/wordprocessingDrawing"><w:body>{body}</w:body></w:document>',
    }
    return zipped({name: (head + xml).encode() for name, xml in parts.items()})


def _run(text: str, mono: bool) -> str:
    font = '<w:rPr><w:rFonts w:ascii="Consolas" w:hAnsi="Consolas"/></w:rPr>' if mono else ""
    return f'<w:r>{font}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def pdf(text: str) -> bytes:
    """As a word processor exports it."""
    from weasyprint import HTML

    style = "<style>body{font:11pt 'Liberation Sans'}code,pre{font-family:'Liberation Mono','DejaVu Sans Mono',monospace;font-size:8pt}pre{white-space:pre}td,th{padding:0.2em 1em;text-align:left}</style>"
    return bytes(HTML(string=page(text).replace("</head>", f"{style}</head>")).write_pdf())


def plain(text: str) -> str:
    """As somebody types it who knows no style: a line after the other."""
    lines = [line for line in text.splitlines() if line.strip() and not re.fullmatch(r"[|\s:-]+|```", line)]
    bare = [re.sub(r"^#+ |^- (?!.*\.md)|\*\*|`", "", line) for line in lines]
    return "\n".join(re.sub(r"^\| (.*?) \| (.*) \|$", r"\1 : \2", re.sub(r"^(\d+)\. ", r"Étape \1 : ", line)) for line in bare)
