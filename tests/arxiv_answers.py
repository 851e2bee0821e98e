"""Answers as arXiv writes them, made by hand from facts; no abstract is anyone's."""

from xml.sax.saxutils import escape

ATOM_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
    'xmlns:arxiv="http://arxiv.org/schemas/atom" '
    'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">\n'
    "<title>ArXiv Query: id_list</title><id>http://arxiv.org/api/x</id>"
    "<updated>2026-01-10T00:00:00-05:00</updated>"
    "<opensearch:totalResults>1</opensearch:totalResults>"
)
OAI_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    "<responseDate>2026-01-11T03:04:05Z</responseDate>"
    '<request verb="ListRecords">https://oaipmh.arxiv.org/oai</request>'
)
NONEXISTENT = "<entry><title>none</title></entry>"  # as the API at times shows an unknown id


def entry(paper_id: str, version: int = 1, **facts: str) -> str:
    """One Atom entry; extras: title, comment, doi, journal_ref, published, updated, classes."""
    published = facts.get("published", "2026-01-02T10:00:00Z")
    classes = facts.get("classes", "cs.CL cs.LG").split()
    parts = [
        f"<id>http://arxiv.org/abs/{paper_id}v{version}</id>",
        f"<title>{escape(facts.get('title', f'Paper {paper_id}'))}</title>",
        f"<updated>{facts.get('updated', published)}</updated>",
        f"<published>{published}</published>",
        "<summary>In our own words.</summary><author><name>A. Author</name></author>",
        f'<arxiv:primary_category term="{classes[0]}" scheme="http://arxiv.org/schemas/atom"/>',
        *(f'<category term="{c}" scheme="http://arxiv.org/schemas/atom"/>' for c in classes),
        *(
            f"<arxiv:{name}>{escape(facts[name])}</arxiv:{name}>"
            for name in ("comment", "doi", "journal_ref")
            if name in facts
        ),
    ]
    return f"<entry>{''.join(parts)}</entry>"


def atom(*entries: str) -> bytes:
    """Wrap entries into a feed."""
    return f"{ATOM_HEAD}{''.join(entries)}</feed>".encode()


def error_entry(text: str) -> str:
    """Return the entry that the API gives instead of an answer."""
    return (
        f"<entry><id>http://arxiv.org/api/errors#{text.replace(' ', '_')}</id>"
        f"<title>Error</title><summary>{text}</summary></entry>"
    )


def record(paper_id: str, *dates: str, **facts: str) -> str:
    """One OAI record in arXivRaw; a date a version, "2:date" for another number."""
    versions = ""
    for number, date in enumerate(dates or ("Fri, 02 Jan 2026 10:00:00 GMT",), start=1):
        head, colon, tail = date.partition("#")
        versions += (
            f'<version version="v{head if colon else number}"><date>{tail if colon else date}'
            f"</date><size>9kb</size><source_type>{facts.get('flag', 'D')}</source_type></version>"
        )
    extras = "".join(
        f"<{name.replace('_', '-')}>{escape(facts[name])}</{name.replace('_', '-')}>"
        for name in ("comments", "journal_ref", "doi", "license")
        if name in facts
    )
    return (
        f"<record><header><identifier>oai:arXiv.org:{paper_id}</identifier>"
        "<datestamp>2026-01-10</datestamp><setSpec>cs:cs:CL</setSpec></header><metadata>"
        f'<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>{paper_id}</id>'
        f"<submitter>A. Author</submitter>{versions}<title>Paper {paper_id}</title>"
        f"<authors>A. Author</authors><categories>cs.CL cs.LG</categories>{extras}"
        "<abstract>In our own words.</abstract></arXivRaw></metadata></record>"
    )


def deleted(paper_id: str) -> str:
    """One OAI record that was taken away."""
    return (
        f'<record><header status="deleted"><identifier>oai:arXiv.org:{paper_id}</identifier>'
        "<datestamp>2026-01-10</datestamp></header></record>"
    )


def oai(*records: str, token: str | None = None) -> bytes:
    """Wrap records into a page of ListRecords; the last page has an empty token."""
    tail = "<resumptionToken/>"
    if token:
        text = escape(token)
        tail = f"<resumptionToken expires='2026-01-12T00:00:00Z'>{text}</resumptionToken>"
    return f"{OAI_HEAD}<ListRecords>{''.join(records)}{tail}</ListRecords></OAI-PMH>".encode()


def oai_error(code: str) -> bytes:
    """Return the answer to a request that OAI-PMH can't fulfil."""
    return f'{OAI_HEAD}<error code="{code}">said so</error></OAI-PMH>'.encode()
