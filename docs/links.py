"""Say which links of the built site lead nowhere: to no file of it, or to no place of a page."""

import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

__all__ = ["Page", "dead_links"]


class Page(HTMLParser):
    """The links of a page, and the names of its places."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.places: set[str] = {"", "top"}
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what an element links to, loads, or is called."""
        for name, value in attrs:
            if value and name in {"href", "src"}:
                self.links.add(value)
            elif value and name in {"id", "name"}:
                self.places.add(value)


def dead_links(site: Path) -> Iterator[str]:
    """Go through the links between the pages of a site that lead nowhere, and the files that it loads from elsewhere."""
    found = [path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]
    pages = {path.resolve(): Page(path) for path in found}
    for path, page in pages.items():
        for link in sorted(page.links):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            aim = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if aim.is_dir():
                aim /= "index.html"
            known = pages.get(aim)
            # Reports make some of their places when they are opened.
            made_later = "reports" in aim.relative_to(site.resolve()).parts if known else False
            if not aim.is_file() or (
                known and not made_later and unquote(parts.fragment) not in known.places
            ):
                yield f"{path.relative_to(site.resolve())}: {link} leads nowhere."


if __name__ == "__main__":
    found = list(dead_links(Path(sys.argv[1])))
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(bool(found))
