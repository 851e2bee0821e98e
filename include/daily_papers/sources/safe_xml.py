"""XML of others, read without a way to hurt: no document type, bounded depth and size.

The standard library is enough once a document type is refused: without one there are no
entities to expand and nothing external to load. defusedxml does the same with a further
dependency, and lxml, where entities can be switched off, brings a C library.
"""

from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

_MAX_DEPTH: Final = 32  # feeds of arXiv: 8
_MAX_ELEMENTS: Final = 500_000  # 3,500 OAI records of 25 elements: 90,000


class UnsafeXmlError(ValueError):
    """Not well-formed, or more than a feed needs; says where."""


def parse_xml(body: bytes) -> Element:
    """Return the root element; names are "{namespace}name".

    Raises:
        UnsafeXmlError: not well-formed, cut off, with a document type, too deep or too many
            elements. The size in bytes is the caller's to bound.
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    depth = count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth += 1
        count += 1
        if depth > _MAX_DEPTH or count > _MAX_ELEMENTS:
            raise UnsafeXmlError(
                f"line {parser.CurrentLineNumber}: more than {_MAX_DEPTH} levels "
                f"or {_MAX_ELEMENTS} elements"
            )
        builder.start(_qualify(name), {_qualify(key): attributes[key] for key in attributes})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_qualify(name))

    def refuse_doctype(*_: object) -> None:
        raise UnsafeXmlError(f"line {parser.CurrentLineNumber}: a document type is refused")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise UnsafeXmlError(f"not well-formed XML: {error}") from None
    return builder.close()


def _qualify(name: str) -> str:
    return "{" + name if "}" in name else name
