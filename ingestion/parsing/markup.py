"""HTML to items: shared by web pages, Markdown and the HTML bodies of e-mails."""

from typing import Final

from lxml import html as lxml_html
from unstructured.partition.html import partition_html

from ingestion.parsing.elements import items_of
from ingestion.parsing.items import Item
from ingestion.parsing.language_model import use_rules_only

# Never read by people, or read once and the same on every page.
_FURNITURE: Final = (
    "//script | //style | //noscript | //template | //nav | //iframe | //object | //svg"
    " | //*[@role='navigation'] | //*[@aria-hidden='true'] | //*[@hidden] | //comment()"
)


def items_of_html(markup: str) -> list[Item]:
    """Raises: nothing for broken HTML, which is read as browsers read it."""
    if not markup.strip():
        return []
    use_rules_only()
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True)
    root = lxml_html.document_fromstring(markup.encode(), parser=parser, ensure_head_body=True)
    for furniture in root.xpath(_FURNITURE):
        if furniture.getparent() is not None:  # else a comment beside the root
            furniture.drop_tree()
    kept = lxml_html.tostring(root, encoding="unicode")
    return list(items_of(partition_html(text=kept, languages=[""])))
