"""PDFs written by hand, small enough to know every place in them."""

from collections.abc import Sequence
from pathlib import Path

FONT = "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"


def text_at(x: float, y: float, text: str, size: float = 12) -> str:
    return f"BT /F {size:g} Tf {x:g} {y:g} Td ({text}) Tj ET\n"


def write_pdf(
    path: Path, pages: Sequence[str], page: str = "", catalogue: str = "", more: Sequence[str] = ()
) -> Path:
    """A page of 400 by 600 points for each of `pages`, which are their operators.

    `page` and `catalogue` are added to those dictionaries; `more` are objects, numbered after the
    pages' from 3 + 2 x pages on.
    """
    kids = " ".join(f"{3 + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{catalogue}>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
    ]
    for index, content in enumerate(pages):
        box = f"/MediaBox[0 0 400 600]/Contents {4 + 2 * index} 0 R"
        objects.append(f"<</Type/Page/Parent 2 0 R{box}{FONT}{page}>>")
        objects.append(f"<</Length {len(content)}>>\nstream\n{content}\nendstream")
    body, places = bytearray(b"%PDF-1.4\n"), []
    for number, text in enumerate([*objects, *more], 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n".encode()
    entries = "".join(f"{place:010} 00000 n \n" for place in places)
    start, size = len(body), len(places) + 1
    body += f"xref\n0 {size}\n0000000000 65535 f \n{entries}".encode()
    body += f"trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()
    path.write_bytes(body)
    return path
