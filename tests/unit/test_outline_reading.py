"""Blocks of text documents: what a reader sees as steps, titles, rows, and what is set in monospace."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Any

import pytest

from etabli.exam.contract.check import import_grader
from etabli.exam.reading import outline, serve
from etabli.exam.reading.limits import Refused
from etabli.lab.manifest import load_lab
from etabli.lab.specimens import papers

FORMS = import_grader(load_lab("fiche-anglais").grader, "specimens.fiches")
TEXT = "# Titre\n\nOuvrez `~/a.txt`.\n\n1. Tapez :\n\n```\nls -l\n  cd b\n```\n\n2. Lisez.\n\n| Mot | Sens |\n|---|---|\n| folder | dossier |\n"


def told(name: str, data: bytes) -> list[tuple[str, str, list[str]]]:
    return [tuple(one) for one in serve.read("outline", name, data)]


def test_markdown_and_the_page_made_of_it_are_the_same() -> None:
    expected: list[Any] = [
        ("heading", "Titre", []),
        ("text", "Ouvrez ~/a.txt.", ["~/a.txt"]),
        ("item", "Tapez :", []),
        ("text", "ls -l\n  cd b", ["ls -l\n  cd b"]),
        ("item", "Lisez.", []),
        ("row", "Mot | Sens", []),
        ("row", "folder | dossier", []),
    ]
    assert told("f.md", TEXT.encode()) == expected
    assert [(kind, text.strip(), code) for kind, text, code in told("f.html", FORMS.page(TEXT).encode())] == expected


@pytest.mark.parametrize(("name", "make"), [("f.docx", FORMS.docx), ("f.odt", FORMS.odt), ("f.pdf", FORMS.pdf)])
def test_office_files_and_papers_tell_steps_rows_and_monospace(name: str, make: Any) -> None:
    found = told(name, make(TEXT))
    assert next(code for _, _, codes in found for code in codes) == "~/a.txt"
    assert {"ls -l", "cd b"} <= {line.strip() for _, _, codes in found for code in codes for line in code.splitlines()}
    assert [kind for kind, text, _ in found if "Tapez" in text or "Lisez" in text] == ["item", "item"]
    assert [text for kind, text, _ in found if kind == "row"][-1] == "folder | dossier"
    assert found[0][1] == "Titre" and (found[0][0] == "heading" or name == "f.pdf")


def test_further_paragraphs_of_an_item_are_no_other_steps() -> None:
    made = papers.unzipped(FORMS.odt("1. Tapez :\n\n2. Lisez.\n"))
    page = made["content.xml"].replace(
        b"</text:p></text:list-item>", b"</text:p><text:p>Puis attendez.</text:p></text:list-item>", 1
    )
    assert page != made["content.xml"]
    found = told("f.odt", papers.zipped(made | {"content.xml": page}))
    assert [kind for kind, *_ in found] == ["item", "text", "item"]


@pytest.mark.parametrize(("name", "make"), [("f.docx", FORMS.docx), ("f.odt", FORMS.odt)])
def test_a_picture_is_told_by_its_words(name: str, make: Any) -> None:
    assert ("picture", "Un écran", []) in told(name, make(TEXT, picture="Un écran"))
    assert ("picture", "", []) in told(name, make(TEXT, picture=""))


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("<style>p{}</style><p style='font-family: monospace'>ls</p>", ("text", "ls", ["ls"])),
        ("<ol><li><p>un</p></li></ol>", ("item", "un", [])),
        (
            "<style>.e::before { counter-increment: e; content: counter(e) }</style><p class=e>un</p>",
            ("text", "1. un", []),
        ),
        ("<ul><li>un</li></ul>", ("text", "un", [])),
        ("<dl><dt>mot</dt><dd>sens</dd></dl>", ("row", "mot | sens", [])),
        ("<img src=a alt='  Un   bouton '>x", ("picture", "Un bouton", [])),
        ("<p>a<br>b", ("text", "a\nb", [])),
    ],
)
def test_pages_as_they_are_written(text: str, block: tuple[str, str, list[str]]) -> None:
    assert tuple(outline.html(text)[0]) == block


def test_the_foot_of_a_page_of_word_is_told_before_its_body() -> None:
    made = papers.unzipped(FORMS.docx("vu\n"))
    related = made["word/_rels/document.xml.rels"].decode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer"
    foot = f'<Relationship Id="rIdF" Type="{kind}" Target="footer1.xml"/></Relationships>'
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    made |= {
        "word/_rels/document.xml.rels": related.replace("</Relationships>", foot).encode(),
        "word/footer1.xml": f'<w:ftr xmlns:w="{space}"><w:p><w:r><w:t>Source</w:t></w:r></w:p></w:ftr>'.encode(),
    }
    assert told("f.docx", papers.zipped(made)) == [("text", "Source", []), ("text", "vu", [])]


def test_hidden_text_of_word_is_told_apart() -> None:
    assert told("f.docx", papers.docx("vu", hidden="caché")) == [("text", "vu", []), ("hidden", "caché", [])]


@pytest.mark.parametrize(
    ("before", "hidden"),
    [
        ("", False),
        (' style="color:#fff;font-size:1px"', True),
        (" style='color: WHITE'", True),
        (" style='color:#fff;background:#036'", False),
        (" style='color:rgb(0, 51, 102); background-color:#003366'", True),
        (" style='font-size:0.9em;opacity:0.5'", False),
        (" style='position:absolute; left: -9999px'", True),
        (" style='display : none'", True),
        (" style='opacity:0'", True),
        (" style='height:1px;overflow:hidden'", True),
        (" hidden", True),
        (" bgcolor=#003366 style=color:white", False),
        (f" style='color:{' ' * 40};margin:0'", False),  # no colour: a browser leaves it out
        (" class=clair", False),
        (" class='a secret'", True),
        (" class='papier'", False),
    ],
)
def test_what_a_page_hides_is_told_apart(before: str, hidden: bool) -> None:
    style = "<style>.vu{color:red} p.secret, #x { font-size: 1px } .foncé .clair, .x>.clair { color: white } @media print { .papier { display:none } }</style>"
    kinds = [kind for kind, _, _ in told("f.html", f"{style}<p>un<p{before}><code>ls ~</code>".encode())]
    assert kinds == ["text", "hidden" if hidden else "text"]
    kinds = [kind for kind, _, _ in told("f.md", f"un\n\n{style}<p{before}>ls</p>\n".encode())]
    assert "secret" in before or ("hidden" in kinds) is hidden


@pytest.mark.parametrize(
    ("style", "hidden"),
    [
        ("max-height:0; overflow:hidden", True),
        ("color: hsl(0, 0%, 100%)", True),
        ("color:#0000", True),
        ("inset: 0 auto auto -9999px; position:absolute", True),
        ("translate:-9999px", True),
        ("zoom:0", True),
        ("background:none; color:lightyellow", True),
        ("--a:1; color:#000f; inset:0; zoom:1", False),
        ("overflow: clip; width: 2px", True),
        ("height:.1em;overflow:auto", True),
        ("font-size:.1em", True),
        ("font:0/0 a", True),
        ("line-height:0", True),
        ("opacity:.01", True),
        ("transform: scale(0.0)", True),
        ("clip-path: circle(0)", True),
        ("clip-path:polygon(0 0, 0 0)", True),
        ("visibility:collapse", True),
        ("content-visibility:hidden", True),
        ("margin:0 0 0 -99em", True),
        ("text-indent:-100vw", True),
        ("color: rgba(0, 0, 0, 0)", True),
        ("height:20px;overflow:hidden", False),
        ("overflow:auto;width:100%;max-width:44em", False),
        ("overflow:hidden;max-height:none", False),
        ("font:700 1.05em/1.5 sans-serif", False),
        ("font-size:calc(1px + 2vw);line-height:1", False),
        ("transform:translate(-50%, -50%) scale(0.9)", False),
        ("color:rgb(0, 0, 0);margin:-1px 0 0 -1em", False),
    ],
)
def test_a_block_that_a_class_flattens_is_hidden_with_all_it_holds(style: str, hidden: bool) -> None:
    page = f"<style>.pied{{{style}}}</style><p>vu<div class=pied><p>Jusqu'au 8 avril</p></div>"
    assert [one.kind for one in outline.html(page)] == ["text", "hidden" if hidden else "text"]


def test_an_element_may_show_again_what_is_around_it() -> None:
    page = "<ul style='font-size:0'><li style='font-size:16px'>un</ul><div style='visibility:hidden'>non<p style='visibility:visible'>deux</div>"
    assert [(one.kind, one.text) for one in outline.html(page)] == [("text", "un"), ("hidden", "non"), ("text", "deux")]


def test_comments_of_markdown_are_hidden() -> None:
    assert told("f.md", b"vu <!-- ls\n~/a --> ici") == [("text", "vu  ici", []), ("hidden", "ls\n~/a", [])]
    assert told("f.md", b"Tapez <!-- puis le texte.") == [("text", "Tapez <!-- puis le texte.", [])]


@pytest.mark.parametrize(("ground", "hidden"), [("", True), ("auto", True), ("1F3864", False)])
def test_white_text_shows_on_a_dark_ground(ground: str, hidden: bool) -> None:
    made = papers.unzipped(FORMS.docx("| Mot | Sens |\n\nvu\n"))
    page = made["word/document.xml"].replace(
        b"<w:r><w:t>Sens", b'<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>Sens'
    )
    page = page.replace(b"<w:tc>", f'<w:tc><w:tcPr><w:shd w:val="clear" w:fill="{ground}"/></w:tcPr>'.encode())
    found = told("f.docx", papers.zipped(made | {"word/document.xml": page}))
    assert (("hidden", "Sens", []) in found) is hidden and (("row", "Mot | Sens", []) in found) is not hidden


def test_what_is_beside_a_page_of_pdf_is_hidden() -> None:
    text = 'un\n\n<div style="position:absolute;left:-20cm">ls ~/a</div>\n\n<p style="font-size:1px">rm ~/b</p>\n'
    found = told("f.pdf", FORMS.pdf(text))
    assert [kind for kind, _, _ in found] == ["text", "hidden"] and "ls ~/a" in found[1][1] and "rm" in found[1][1]


def test_bullets_of_word_are_no_steps() -> None:
    made = papers.unzipped(FORMS.docx(TEXT))
    made["word/numbering.xml"] = made["word/numbering.xml"].replace(b"decimal", b"bullet")
    assert {kind for kind, text, _ in told("f.docx", papers.zipped(made)) if "Tapez" in text} == {"text"}


def test_what_has_no_text_or_another_kind_is_refused() -> None:
    empty = BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("a", "b")
    for name, data in (("f.md", b" \n"), ("f.html", b"<html><img alt='x'></html>"), ("f.odt", empty.getvalue())):
        with pytest.raises(Refused):
            told(name, data)


@pytest.mark.parametrize(
    ("properties", "hidden"),
    [
        ('<style:text-properties fo:color="#ffffff"/>', True),
        (
            '<style:paragraph-properties fo:background-color="#003366"/><style:text-properties fo:color="#ffffff"/>',
            False,
        ),
        ('<style:paragraph-properties fo:margin-left="40cm"/>', True),
        ('<style:paragraph-properties fo:margin-left="2.5cm"/>', False),
        ('<style:text-properties fo:font-size="1pt"/>', True),
        ('<style:text-properties text:display="none"/>', True),
    ],
)
def test_what_libreoffice_hides_is_told_apart(properties: str, hidden: bool) -> None:
    made = papers.unzipped(FORMS.odt("vu\n\n```\nls ~/a\n```\n"))
    page = made["content.xml"].replace(
        b'<style:text-properties style:font-name="Liberation Mono"/>', properties.encode(), 1
    )
    kinds = [kind for kind, text, _ in told("f.odt", papers.zipped(made | {"content.xml": page})) if "ls" in text]
    assert kinds == ["hidden" if hidden else "text"]


@pytest.mark.parametrize(("left", "hidden"), [("-20000", True), ("15000", True), ("720", False)])
def test_a_paragraph_beside_the_page_of_word_is_hidden(left: str, hidden: bool) -> None:
    made = papers.unzipped(FORMS.docx("vu\n\n```\nls ~/a\n```\n"))
    page = made["word/document.xml"].replace(
        b"<w:p><w:r><w:rPr>", f'<w:p><w:pPr><w:ind w:left="{left}"/></w:pPr><w:r><w:rPr>'.encode(), 1
    )
    kinds = [
        kind for kind, text, _ in told("f.docx", papers.zipped(made | {"word/document.xml": page})) if "ls" in text
    ]
    assert kinds == ["hidden" if hidden else "text"]


def test_lines_of_a_passage_stay_together_and_lines_of_a_cell_apart() -> None:
    assert outline.markdown("    a\n      - b\n\nc")[0].code == ["a\n  - b"]
    assert outline.markdown("Tapez :\nls ~/a\nPuis")[0].text == "Tapez :\nls ~/a\nPuis"
    assert outline.html("<p><kbd>ls</kbd> <code>-l</code></p>")[0].code == ["ls", "-l"]
    cell = "<table><tr><td>3<td><p>Ouvrez.</p><kbd>nano a</kbd>\n<pre>b:\n  - c</pre></td></tr></table>"
    assert outline.html(cell)[0] == ("row", "3 | Ouvrez.\nnano a\nb:\n- c", ["nano a", "b:\n  - c"])


def test_columns_of_a_page_are_read_one_after_the_other_and_tables_by_rows() -> None:
    from weasyprint import HTML

    left, right = ("".join(f"<p>{side} {number}." for number in range(6)) for side in ("gauche", "droite"))
    rows = "".join(f"<tr><td>gauche {number}.<td>droite {number}." for number in range(6))
    for body, read in (
        (
            f"<h1>Titre</h1><div>{left}{right}</div>",
            [f"{side} {number}." for side in ("gauche", "droite") for number in range(6)],
        ),
        (
            f"<h1>Titre</h1><table>{rows}</table>",
            [f"gauche {number}. | droite {number}." for number in range(6)],
        ),
    ):
        style = "<style>div{columns:2}td{padding:0 3em}</style>"
        page = told("f.pdf", bytes(HTML(string=style + body).write_pdf()))
        assert [text for _, text, _ in page] == ["Titre", *read]


def _cell(kind: str) -> bytes:
    """The sample, its first cell holding a numbered item; LibreOffice's and Word's one says nothing else of it."""
    if kind == "odt":
        made, part = papers.unzipped(FORMS.odt(TEXT)), "content.xml"
        item = re.search(rb"<text:list [^>]*>.*?</text:list>", made[part], re.DOTALL)
        cell = re.search(rb"(<table:table-cell[^>]*>).*?(?=</table:table-cell>)", made[part], re.DOTALL)
    else:
        made, part = papers.unzipped(FORMS.docx(TEXT)), "word/document.xml"
        item = re.search(rb"<w:p><w:pPr>(?:(?!</w:p>).)*<w:numId(?:(?!</w:p>).)*</w:p>", made[part], re.DOTALL)
        cell = re.search(rb"(<w:tc>).*?(?=</w:tc>)", made[part], re.DOTALL)
    assert item and cell
    return papers.zipped(made | {part: made[part].replace(cell[0], cell[1] + item[0], 1)})


@pytest.mark.parametrize("kind", ["odt", "docx"])
def test_an_item_of_a_numbered_list_in_a_cell_makes_its_row_a_step(kind: str) -> None:
    rows = [text for block, text, _ in told(f"f.{kind}", _cell(kind)) if block == "row"]
    assert rows[0].startswith("1. Tapez") and rows[0].endswith("| Sens") and rows[1] == "folder | dossier"
    listed = "<table><tr><td><ol><li>Tapez</li></ol><td>ls</table><table><tr><td><ol><li>Lisez</li></ol></table>"
    assert [text for _, text, _ in outline.html(listed)] == ["1. Tapez | ls", "2. Lisez"]


def test_a_framed_text_is_no_picture_and_a_note_is_apart_from_what_it_follows() -> None:
    made = papers.unzipped(FORMS.odt("Ouvrez.\n"))
    box = b"<draw:frame><draw:text-box><text:p>Attention</text:p></draw:text-box></draw:frame>"
    note = b"<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>N</text:p></text:note-body></text:note>"
    page = made["content.xml"].replace(b"Ouvrez.", b"version 7.2.2" + note + box)
    assert told("f.odt", papers.zipped(made | {"content.xml": page})) == [("text", "version 7.2.2 1\nN\nAttention", [])]
    assert outline.html("<p>version 7.2<sup>1</sup>, le 1<sup>er</sup></p>")[0].text == "version 7.2 1, le 1er"


def test_a_command_that_a_page_of_pdf_cuts_goes_on_and_two_commands_do_not() -> None:
    words = "Un texte qui va jusqu'au bout de la ligne. " * 9
    code = '<pre style="white-space:pre-wrap;width:10cm;font-size:10pt">{}</pre>'
    page = '<div style="width:10cm">{}{}</div>\n'
    long = "outil --option valeur --autre-option 12 --encore-une '*.tmp' ~/dossier/depot"
    [cut] = [codes for _, _, codes in told("f.pdf", FORMS.pdf(page.format(words, code.format(long)))) if codes]
    assert re.sub(r" \\\n", " ", cut[0]) == long
    plain = "outil '*.tmp' 12 ~/dossier/sous_dossier/notes ~/dossier/depot/autre"
    [cut] = [codes for _, _, codes in told("f.pdf", FORMS.pdf(page.format(words, code.format(plain)))) if codes]
    assert cut[0].replace("\\\n", "").split() == plain.split() and "\n" in cut[0]
    own = "outil --option valeur --autre-option 12 \\\n  --encore-une '*.tmp' ~/dossier"
    [cut] = [codes for _, _, codes in told("f.pdf", FORMS.pdf(page.format(words, code.format(own)))) if codes]
    assert cut == [own], "the sign that goes on is there already"
    two = "outil --option valeur --autre-option 12 -e\noutil --option"
    found = [codes for _, _, codes in told("f.pdf", FORMS.pdf(page.format(words, code.format(two)))) if codes]
    assert found == [[one] for one in two.splitlines()]


def test_monospace_may_be_a_font_of_the_theme_of_word() -> None:
    made = papers.unzipped(FORMS.docx(TEXT))
    page = re.sub(rb"<w:rFonts[^>]*>", b'<w:rFonts w:asciiTheme="minorHAnsi"/>', made["word/document.xml"])
    rels = made["word/_rels/document.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rT" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme" '
        b'Target="theme/theme1.xml"/></Relationships>',
    )
    for font, mono in ((b"Consolas", True), (b"Calibri", False)):
        theme = b'<a:theme xmlns:a="x"><a:minorFont><a:latin typeface="' + font + b'"/></a:minorFont></a:theme>'
        parts = {"word/document.xml": page, "word/_rels/document.xml.rels": rels, "word/theme/theme1.xml": theme}
        assert any(codes for _, _, codes in told("f.docx", papers.zipped(made | parts))) is mono


def test_a_quotation_goes_on_below_the_colon_at_the_end_of_a_line_of_pdf() -> None:
    text = "Vous devez lire, sous les actions, store « message in folder: Devis » puis une étoile.\n"
    [(_, whole, _)] = told("f.pdf", FORMS.pdf(f'<div style="width:12.5cm">{text}</div>\n'))
    assert "folder: Devis" in whole
