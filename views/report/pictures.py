"""Pictures inside a page: each with ids and styles of its own, so that several can stand side by side."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from markupsafe import Markup

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"


def embedded(svg: str, id_: str) -> Markup:
    """Return an SVG for the element ``id_`` of a page: its ids begin with that, its styles hold inside only."""
    root = Xml.fromstring(svg)  # noqa: S314 - drawn by ourselves
    ids = {element.get("id"): f"{id_}-{number}" for number, element in enumerate(root.iter()) if element.get("id")}
    for element in root.iter():
        for name, value in element.attrib.items():
            element.set(name, _renamed(name, value, ids))
        if element.tag == f"{{{_SVG}}}style":
            element.text = f"#{id_} {{{element.text}}}"
    Xml.register_namespace("", _SVG)
    Xml.register_namespace("xlink", _XLINK)
    return Markup(Xml.tostring(root, encoding="unicode"))  # noqa: S704 - written by the XML library


def _renamed(name: str, value: str, ids: dict[str | None, str]) -> str:
    if name == "id":
        return ids[value]
    if name.startswith("aria-"):
        return " ".join(ids.get(word, word) for word in value.split(" "))
    if name in {"href", f"{{{_XLINK}}}href"}:
        return f"#{ids[value[1:]]}" if value[1:] in ids else value
    for old, new in ids.items():
        value = value.replace(f"url(#{old})", f"url(#{new})")
    return value
