"""Odd works, from a seed: right ones whose values, answers or pages are what nobody expects, and somebody will hand in."""

from __future__ import annotations

import base64
import io
import json
import random
import re
import zipfile
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from foreign_bytes import damaged

Tree = Mapping[str, bytes]

NUMBERS = (
    *("0", "-0", "-1", "1e400", "1e308", "-1e308", "1e-400", "NaN", "Infinity", "inf", "0x10", "1_000", "²", "٣", "½"),
    *("9" * 400, "9" * 5_000, "-" + "1" * 5_000, "0." + "3" * 400, "1,5", "12 345,67 €", "50 %", "1/0", "2**63"),
    *("9223372036854775808", "18446744073709551616", "00000", "1e5", "1E+99999", "--1", "+", "1.2.3", "１２"),
)
DAYS = ("0000-00-00", "1899-12-31", "1900-02-29", "9999-12-31", "10000-01-01", "31/02/2026", "00/00/0000", "99/99/9999",
        "2026-13-45T99:99:99Z", "29/02/2025", "-0001-01-01", "2026-1-1", "1" * 20 + "/1/2026")  # fmt: skip
TEXTS = (
    *r"""\
\u0000
%s%d{0}{}
%
%zz%00
'
"
''""
<b>
</td></table>
<!--
]]>
&#x0;
&#55296;
&amp;amp;
$1\1
=1/0
#REF!
#N/A
@SUM(A1)
=HYPERLINK("x")
null
None
true
[]
{}
A1:XFD1048576
../../etc
http://[
http://[::1
//
http://x:99999/
javascript:alert(1)
data:,x
mailto:
?
#
?id=
?id[]=1
http://a:b@c:d/
file:///etc/passwd
about:blank
tel:1""".splitlines(),
    *(
        "",
        " ",
        "\u00a0",
        "\t\r\n",
        "x" * 40_000,
        "é" * 5_000,
        "\u2028\u2029\x85\x0b\x0c",
        "\u202e\u2066\u200f",
        "\x01\x07\x1b[31m",
        "ﬁ ǅ ß İ ı",
        "﷐",
    ),
    *(
        "😀👩\u200d👩\u200d👧",
        "e" + "\u0301" * 300,
        "\ufeff\ufffe\uffff",
        "\U0010ffff",
        f"&#{'1' * 5_000};",
        f"http://{'a' * 300}.fr/",
        "http://\u2100.com/",
    ),
)
ODD = (*NUMBERS, *DAYS, *TEXTS)


def odd(chance: random.Random) -> str:
    """A value that nobody expects; of each family as often."""
    return chance.choice(chance.choice((NUMBERS, DAYS, TEXTS)))


# -- files

NOTATIONS = ("_xD800_", "_x0000_", "TRUE", "A1", "XFD1048576", "A0", "$A$1:$B", "'a''b'!A1", "a!b!c", "#REF!A1", "[1]a!A1", "A1 B2", "(A1,B2)",
             "SUM(A1", "=", "SUMIFS(,,)", "INDIRECT(A1)", "A1:A1048576", "TODAY()", "1E+308*10", "{1,2;3}", "general", "[$-40C]@;;;", "0,00\\ €",
             "e", "b", "str", "inlineStr", "d", "s", "n", "hidden", "veryHidden", "float", "percentage", "date", "PT9999999H", "#", "rId99")  # fmt: skip
"""What the formats of workbooks and documents write in attributes and formulas."""
_MAIN = re.compile(r"sheet\d|document.xml|content.xml|workbook.xml|Strings|chart\d|table\d|pivot")
_PLACES = re.compile(rb'(?<==")[^"<>]*(?=")|(?<=>)[^<>]+(?=<)')
"""Values of attributes, and texts between tags."""
_SOFT = re.compile(
    rb'(?<=<v>)[^<]+|(?<=<t>)[^<]+|(?<=<f>)[^<]+|(?<=:p>)[^<]+|(?<=:value=")[^"]*|(?<=:formula=")[^"]*|(?<=formatCode=")[^"]*'
)
"""Values, texts, formulas and formats alone: a file in which they are odd still opens."""
_IN_TEXTS = {"field": r"[^;,\t\n|]+", "number": r"\d+([.,]\d+)?", "word": r"\w+"}


def _many(chance: random.Random) -> int:
    return chance.choice((1, 1, 2, 3, 8, 30))


def odd_archive(data: bytes, chance: random.Random) -> bytes:
    """A workbook or a document some of whose values are odd, elements doubled or gone: mostly those of its main parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    told = [name for name in parts if name.endswith((".xml", ".rels")) and parts[name]]
    main = [name for name in told if _MAIN.search(name)]
    for _ in range(chance.choice((1, 1, 2))):
        name = chance.choice(main if main and chance.random() < 0.85 else told)
        soft = chance.random() < 0.7
        for _ in range(_many(chance)):
            places = list((_SOFT if soft else _PLACES).finditer(parts[name]))
            if not places:
                break
            place, what = chance.choice(places), chance.random()
            value = chance.choice(NOTATIONS) if what < 0.4 else odd(chance)
            written = escape(value, {'"': "&quot;"}) if soft or what < 0.97 else value
            start, end = place.span()
            if not soft and 0.85 < what < 0.92 and (element := re.compile(rb"<[^<>?]+>").search(parts[name], start)):
                start, end, written = *element.span(), ""
            if soft:
                written = "".join(filter(str.isprintable, written))
            parts[name] = parts[name][:start] + written.encode("utf-8", "replace") + parts[name][end:]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def odd_text(data: bytes, chance: random.Random) -> bytes:
    """A text, a table or a setting some of whose fields or lines are odd, doubled, displaced or gone; or its encoding is."""
    text = data.decode("utf-8-sig", "replace")
    for _ in range(_many(chance)):
        kind = chance.choice(("field", "field", "number", "word", "line", "twice", "gone", "wide"))
        places = list(re.finditer(_IN_TEXTS.get(kind, r"[^\n]*\n"), text))
        if not places:
            continue
        start, end = chance.choice(places).span()
        line = text[start:end]
        written = {
            "line": odd(chance) + "\n",
            "twice": line * chance.choice((2, 2, 30_000)),
            "gone": "",
            "wide": line.rstrip() + ";x" * 300 + "\n",
        }
        value = chance.choice(NUMBERS) if kind == "number" else odd(chance)
        text = f"{text[:start]}{written.get(kind, value)}{text[end:]}"[:2_000_000]
    others = (("\ufeff", "utf-8"), ("\ufeff", "utf-16-le"), ("", "cp1252"), ("\0", "utf-8"), ("", "utf-7"))
    mark, encoding = chance.choice((*others, *(("", "utf-8"),) * 6))
    return (mark + text).encode(encoding, "replace")


def odd_files(files: Tree, chance: random.Random) -> dict[str, bytes]:
    """A work some of whose files are odd."""
    made = dict(files)
    for path in chance.sample(sorted(made), min(len(made), chance.choice((1, 1, 3)))):
        change = odd_archive if zipfile.is_zipfile(io.BytesIO(made[path])) else odd_text
        made[path] = (damaged if chance.random() < 0.05 or path.endswith(".pdf") else change)(made[path], chance)
    return made


def odd_answer(said: bytes, chance: random.Random) -> bytes:
    """Lines of JSON of a program, some of whose values are of another type, odd, doubled or gone."""
    lines = said.split(b"\n")
    for _ in range(_many(chance)):
        at = chance.randrange(len(lines))
        value = odd(chance)
        wild = (json.dumps(value), json.dumps(value), "1", "1.0", '"1"', "1e400", "NaN", "-Infinity", "[]", "{}", "null", "[" * 900 + "]" * 900, "[" * 90_000, "9" * 5_000,
                '"\\ud800"', "true", '"true"', "\ud800", "-0", '{"ok": true}', "[true]")  # fmt: skip
        put = chance.choice(wild).encode("utf-8", "surrogatepass")
        kind = chance.choice(("value", "value", "value", "line", "twice", "gone", "key", "bytes"))
        if kind == "value":
            lines[at] = re.sub(
                rb'(?<=: )("[^"]*"|\w+)', lambda found, put=put: put if chance.random() < 0.6 else found[0], lines[at]
            )
        elif kind == "bytes":
            lines[at] = damaged(lines[at], chance)
        elif kind == "key":
            lines[at] = (
                lines[at].replace(b"{", b'{"ok": ' + put + b", ", 1)
                if chance.random() < 0.5
                else lines[at].replace(b"ok", value.encode("utf-8", "replace"))
            )
        else:
            lines[at] = {"line": put, "twice": lines[at] + b"\n" + lines[at], "gone": b""}[kind]
    return b"\n".join(lines)


# -- the pages of a site

ATTRIBUTES = ("value", "href", "action", "id", "for", "name", "type", "method", "lang", "content", "src", "class")
KNOWN = {
    "type": ("text", "hidden", "color", "range", "file", "image", "month", "week", "time", "datetime-local", "checkbox", "radio", "reset", "button", "submit", "number", "date", "email", "url"),
    "method": ("get", "post", "dialog", "put"), "action": ("mailto:a@b", "blob:x", "about:blank", "javascript:void 0", "/absent", "?"), "href": ("/", "?", "#", "fiche.php", "fiche.php?id=1&id=2"),
    "value": ("on", "1", "é", "a\nb"), "id": ("id", "value", "submit", "length", "children"), "name": ("id", "submit", "action", "length", "children", "elements", "_method", "id[]"),
}  # fmt: skip
"""Values that each of them has somewhere, and seldom here."""
ELEMENTS = ("td", "th", "a", "h1", "h2", "option", "label", "p", "dd", "dt", "li", "title", "button", "textarea", "nav")
MARKUP = (
    *r"""<form>
<form method=dialog><input name=a></form>
<form><form method=post><input></form></form>
</form>
</html>x
<form method=post enctype=text/plain action=''><input name=''><button>Ajouter</button></form>
<select name=s></select>
<select></select><img><a>x</a>
<input type=number value=NaN min=9 max=1 step=any>
<input type=date value=x>
<base href='http://[/'>
<base target=_blank href='//'>
<meta http-equiv=refresh content='0;url=/'>
<a href>x</a>
<script>alert(1)</script>
<script>window.close()</script>
<script>document.write('')</script>
<dialog open>x</dialog>
<script>document.documentElement.remove()</script>
<iframe srcdoc='<p>x'></iframe>
<object data=x></object>
<frameset><frame></frameset>
<template><form><input name=x></form></template>
<svg><a href=x><title>y</title></a></svg>
<math><mi>x</mi></math>
<input id=a><input id=a><label for=a>x</label>
<p id=''>
<style>*{display:none}</style>
<style>@import 'data:,x';*{width:1e9px}</style>
<img src=''><img src='data:,x'><link rel=stylesheet href=''>
<plaintext>
<!--
<textarea>
<xmp>
<noscript>
<input type=file name=f>
<button formaction='http://[' formmethod=x>x</button>
<details><summary>x</summary><form></form></details>
<script>setTimeout(()=>location='/',50)</script>
<table><tr></table>
<script>for(const a of document.links)a.href='blob:x'</script>
<script>open('/')</script>
<script>print()</script>
<script>customElements.define('x-y',class extends HTMLElement{});</script><x-y>1</x-y>
<map><area href='http://['></map>
<script>addEventListener('submit',e=>{e.target.remove()},true)</script>
<script>addEventListener('click',e=>{e.target.remove()},true)</script>
<script>addEventListener('beforeunload',e=>e.preventDefault())</script>
<script>addEventListener('input',e=>{e.target.value=''},true)</script>
<script>addEventListener('focus',e=>{location='about:blank'},true)</script>
<script>setInterval(()=>{document.body.innerHTML+=' '},30)</script>
<script>addEventListener('submit',e=>{e.preventDefault();history.pushState(0,'','/\ud800')},true)</script>
<style>body{zoom:1e4;height:9e9px}</style>
<style>*{pointer-events:none;position:fixed;animation:a 1ms infinite}</style>
<style>input,select,button{opacity:0;width:0}</style>
<fieldset disabled>
<div style='position:fixed;inset:0;z-index:9'></div>
<input required pattern='['>
<select multiple><option disabled>x</select>
<body inert>
<input maxlength=0 name=nom>
<a download href='/'>x</a>
<canvas width=99999 height=99999></canvas>
<script>document.body.attachShadow({mode:'closed'})</script>
<script>history.replaceState(0,'','//')</script>
<script>document.title='\ud800'</script>
<script>for(const t of document.querySelectorAll('td,h1,a'))t.textContent+='\ud800'</script>
<script>document.open();document.close()</script>
<script>for(const t of document.querySelectorAll('input,option'))t.value='\udc00'</script>
<script>onerror=null;throw 1</script>
<img src=/x.php><img src='/?a=1'>
<table><thead><tr><th></thead></table>
<table><tr><td colspan=1e9 rowspan=0>x</table>
<ol start=-9e99><li value=x>y</ol>""".splitlines(),
    "<form method=post>" + "".join(f"<input name=n{n}>" for n in range(5_000)) + "</form>",
    *("<div>" * 3_000, "<table>" * 300, f"<select>{'<option>x' * 5_000}</select>"),
)
HEADERS = (
    *r"""Location: /
Location:
Location: javascript:alert(1)
Location: data:,x
Location: http://[
Location: //
Location: ?
Location: http://autre.invalid/
Location: /%zz%
Location: ../../..
Location: #
Set-Cookie:
Set-Cookie: =
Set-Cookie: a
Set-Cookie: a=b; domain=.; path=x
Set-Cookie: __Host-a=b
Content-Type:
Content-Type: x
Content-Type: text/html; charset=x
Content-Type: text/html; charset=utf-16
Content-Type: text/html; charset=utf-7
Content-Type: text/html; charset='
Content-Type: image/png
Content-Type: application/pdf
Content-Type: text/html; charset=idna
Content-Type: text/html; charset=base64
Content-Type: text/html; charset=rot13
Content-Type: text/html; charset=punycode
Content-Type: text/html; charset=unicode_escape
Content-Type: text/plain
Content-Type: multipart/x-mixed-replace
Content-Length: 3
Content-Length: 99999999
Content-Encoding: gzip
Content-Encoding: br
Content-Encoding: x
Refresh: 0; url=/
Content-Disposition: attachment; filename=a.html
ETag:
Cache-Control: max-age=1e99
X-Frame-Options: x
Content-Security-Policy: sandbox
Content-Security-Policy: default-src 'none'
Clear-Site-Data: "*"
Link: <http://[>; rel=preload
Retry-After: x
Upgrade: h2c
Last-Modified: x
Date: x
Accept-CH: DPR
Strict-Transport-Security: max-age=99
Transfer-Encoding: chunked
WWW-Authenticate: Basic realm=x""".splitlines(),
    *(
        "Location: \xe9\xff",
        "X: \xff\xfe",
        "Set-Cookie: é=ü; max-age=" + "9" * 20,
        f"Location: /{'a' * 7_000}",
        f"Set-Cookie: a={'b' * 5_000}",
    ),
)
STATUSES = (100, 103, 200, 204, 205, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 404, 407, 408, 418, 429, 500, 503, 599, 999)  # fmt: skip
BODIES = (
    b"",
    b"\0" * 100,
    b"\xff\xfe<\0",
    b"\x1f\x8b\x08\0\0",
    b"%PDF-1.4",
    b"{}",
    b"x" * 3_000_000,
    b"\xef\xbb\xbf",
    b"<?xml version='1.0'?><a/>",
)

_FILTER = r"""<?php
$etrange = json_decode(base64_decode('%s'), true);
$compte = sys_get_temp_dir() . '/etrange.txt';
@file_put_contents($compte, '.', FILE_APPEND);
if (@filesize($compte) > $etrange['after'] && crc32($etrange['salt'] . $_SERVER['SCRIPT_NAME'] . $_SERVER['REQUEST_METHOD']) %% $etrange['among'] === 0) {
    register_shutdown_function(function () use ($etrange) {
        foreach ($etrange['sql'] as [$sql, $table, $column]) try {
            $base = new PDO('mysql:host=' . getenv('DB_HOST') . ';port=' . getenv('DB_PORT') . ';charset=utf8mb4;dbname=' . getenv('DB_NAME'), getenv('DB_USER'), getenv('DB_PASSWORD'));
            $base->exec("SET sql_mode='', lock_wait_timeout=2");
            $tables = $base->query('SHOW TABLES')->fetchAll(PDO::FETCH_COLUMN);
            $table = $tables[$table %% count($tables)];
            $columns = $base->query("SHOW COLUMNS FROM `$table`")->fetchAll(PDO::FETCH_COLUMN);
            $base->exec(strtr($sql, ['{t}' => $table, '{c}' => $columns[$column %% count($columns)]]));
        } catch (Throwable) {}
    });
    ob_start(function ($page) use ($etrange) {
        foreach ($etrange['edits'] as [$pattern, $with, $many]) {
            $with = base64_decode($with);
            $page = preg_replace_callback($pattern, fn($found) => $found[1] . $with . ($found[2] ?? ''), $page, $many) ?? $page;
        }
        foreach ($etrange['headers'] as $one) @header(base64_decode($one), $etrange['replace']);
        if ($etrange['status']) http_response_code($etrange['status']);
        return $etrange['body'] === null ? $page : base64_decode($etrange['body']);
    });
}
?>"""

STATEMENTS = r"""UPDATE `{t}` SET `{c}` = ODD ORDER BY 1 DESC LIMIT 1
UPDATE `{t}` SET `{c}` = ODD ORDER BY RAND() LIMIT 3
UPDATE `{t}` SET `{c}` = ODD
DELETE FROM `{t}` LIMIT 1
ALTER TABLE `{t}` MODIFY `{c}` TEXT
ALTER TABLE `{t}` MODIFY `{c}` BLOB
ALTER TABLE `{t}` MODIFY `{c}` DOUBLE
ALTER TABLE `{t}` MODIFY `{c}` VARCHAR(3)
ALTER TABLE `{t}` MODIFY `{c}` TIME
ALTER TABLE `{t}` MODIFY `{c}` BIT(64)
ALTER TABLE `{t}` DROP COLUMN `{c}`
ALTER TABLE `{t}` ADD COLUMN `é'` JSON
ALTER TABLE `{t}` CHANGE `{c}` `{c} ` INT
ALTER TABLE `{t}` MODIFY `{c}` YEAR
ALTER TABLE `{t}` MODIFY `{c}` POINT NULL
RENAME TABLE `{t}` TO `x`
UPDATE `{t}` SET `{c}` = '0000-00-00'
UPDATE `{t}` SET `{c}` = NULL
UPDATE `{t}` SET `{c}` = -`{c}` LIMIT 2
INSERT INTO `{t}` () VALUES ()
CREATE TABLE `:x`(a INT)""".splitlines()


GONE = (
    r"()<input\b[^>]*>",
    r"()\s(?:name|id|for|href|method|action)=\"[^\"]*\"",
    r"()</?(?:form|table|tr|td|label|html|body)\b[^>]*>",
    r"()<title>.*?</title>",
)
BEFORE = ("<body", "</body", "<form", "</form", "<td", "<table", "</head", "<h1", "<input", "<main")
NOISE = (b"\xff", b"\0", b"\xed\xa0\x80", b"\xe2\x80\xa8", b"&#55296;")


_ODDITIES = ("attribute", "element", "markup", "sql") * 2 + ("gone", "noise", "header", "status", "body")


def _coded(said: str | bytes) -> str:
    return base64.b64encode(said if isinstance(said, bytes) else said.encode("utf-8", "surrogatepass")).decode()


def odd_site(files: Tree, chance: random.Random) -> dict[str, bytes]:
    """A site in PHP whose answers are odd from some request on: values, markup, headers, statuses, bodies, or its rows."""
    one = chance.choice
    edits: list[tuple[str, str, int]] = []
    told: dict[str, Any] = {"after": one((0, 2, 8, 30, 90, 200)), "among": one((1, 1, 2, 3)), "salt": chance.random()}
    told |= {"edits": edits, "status": 0, "headers": [], "sql": [], "replace": chance.random() < 0.7, "body": None}
    for _ in range(one((1, 1, 2, 4))):
        kind, value, many = one(_ODDITIES), odd(chance), one((1, 3, -1, -1))
        if kind == "attribute":
            name = one(ATTRIBUTES)
            value = one(KNOWN[name]) if name in KNOWN and chance.random() < 0.5 else value
            edits.append((rf'~(<[a-z][^>]*\s{name}=")[^"]*(")~', _coded(value), many))
        elif kind == "element":
            name = one(ELEMENTS)
            edits.append((rf"~(<{name}\b[^>]*>).*?(</{name}>)~s", _coded(value), many))
        elif kind == "markup":
            edits.append((rf"~()(?={one(BEFORE)})~", _coded(one(MARKUP)), one((1, 1, -1))))
        elif kind == "gone":
            edits.append((f"~{one(GONE)}~s", "", many))
        elif kind == "noise":
            edits.append((r"~(.{40})~s", _coded(one(NOISE)), one((1, 30))))
        elif kind == "header":
            told["headers"] = [_coded(one(HEADERS).encode("latin-1", "replace")) for _ in range(one((1, 1, 3)))]
            told["status"] = one((0, 0, 302, one(STATUSES)))
        elif kind == "sql":
            quoted = value[:1_000].replace("\\", "\\\\").replace("'", "''").encode("utf-8", "replace").decode()
            told["sql"] = [(one(STATEMENTS).replace("ODD", f"'{quoted}'"), chance.randrange(99), chance.randrange(99))]
        else:
            told |= {"status": one(STATUSES)} if kind == "status" else {"body": _coded(one(BODIES))}
    code = (_FILTER % _coded(json.dumps(told))).encode()
    pages = [path for path in files if path.endswith(".php") and "/" not in path and path != "config.php"]
    return {**files, **{path: code + files[path] for path in pages}}
