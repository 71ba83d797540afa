"""Makes a PDF of pages that hold people's words, in a container without network, as nobody.

Its source travels alone: it is given to ``python3 -I -c`` there, and imports WeasyPrint and the standard library only.
It reads, on its standard input, eight digits of hexadecimal (a size), then that much JSON: a list of :class:`Job`. It
answers to each by one line of JSON (``pages``, ``chosen``: which form of each part, ``size``), then the PDF.

A part comes in several forms, from the longest to the shortest: the first that fits on so many pages is printed.
"""

from __future__ import annotations

import json
import sys
from typing import Any, TypedDict


class Job(TypedDict):
    """What is to be printed."""

    top: str
    """To ``<body>``, style included."""
    before: str
    parts: list[list[str]]
    after: str
    bottom: str
    most: int
    """Pages that a part may take."""


def press(job: Job) -> tuple[dict[str, Any], bytes]:
    """Returns which form of each part was printed and how many pages there are, then the tagged PDF."""
    from weasyprint import HTML, URLFetcher

    only_data = URLFetcher(allowed_protocols=("data",))

    def laid(body: str) -> Any:
        return HTML(string=job["top"] + body + job["bottom"], url_fetcher=only_data).render(pdf_variant="pdf/ua-1")

    def fitting(forms: list[str]) -> int:
        sizes = (len(laid(form).pages) <= job["most"] for form in forms[:-1])
        return next((at for at, fits in enumerate(sizes) if fits), len(forms) - 1)

    chosen = [fitting(forms) for forms in job["parts"]]
    parts = [forms[at] for forms, at in zip(job["parts"], chosen, strict=True)]
    document = laid("".join([job["before"], *parts, job["after"]]))
    return {"pages": len(document.pages), "chosen": chosen}, document.write_pdf(pdf_variant="pdf/ua-1")


if __name__ == "__main__":
    size = int(sys.stdin.buffer.read(8), 16)
    for job in json.loads(sys.stdin.buffer.read(size)):
        told, pdf = press(job)
        sys.stdout.buffer.write(json.dumps(told | {"size": len(pdf)}).encode() + b"\n" + pdf)
