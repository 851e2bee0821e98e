"""The dashboard: a static site made from one published snapshot.

One folder that opens from disk or from any web server, asks no other host for anything and
needs no Node.js. `docs/adr/0009-*` says why it is built as it is.

    site.py     writes the folder as a whole
    pages.py    which pages there are, their sections, the tables each section needs
    data/       queries of the sections, one module a page; what the browser loads
    templates/  one page each, Jinja2 with autoescape
    static/     style and scripts; vendor/ is made by frontend/
    serve.py    the folder on this machine's loopback address
"""

from daily_papers.publish.dashboard.site import MARK, build_dashboard

__all__ = ["MARK", "build_dashboard"]
