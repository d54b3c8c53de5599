"""XML of untrusted files: no entities, no network, and names without their namespaces."""

from lxml import etree


def parsed(part: bytes) -> etree._Element:
    """The root. An entity stays unread.

    Raises: etree.XMLSyntaxError for what is no XML.
    """
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))


def local_name(element: etree._Element) -> str:
    """ "p" for <text:p>; "" for a comment or an entity."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str | None:
    """By its name in whatever namespace."""
    return next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == name), None)
