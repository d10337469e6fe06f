"""The site: `make docs` builds it into `docs/_build`, where nothing is asked of another machine."""

import sys
from importlib.metadata import version
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

project = "polltables"
author = "The polltables authors"
copyright = author  # noqa: A001
version = release = version("polltables")

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "formulas",
    "gallery",
]
exclude_patterns = ["_build", "templates"]
templates_path = ["templates"]
default_role = "code"

# What a room offers is its `__all__`, wherever it is written; a page of its own for each.
autosummary_generate = True
autosummary_ignore_module_all = False
autosummary_imported_members = True
autodoc_typehints = "none"
add_module_names = True
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

myst_enable_extensions = ["attrs_inline", "colon_fence", "substitution"]
myst_heading_anchors = 3
myst_url_schemes = {
    "http": None,
    "https": None,
    "report": {"url": "reports/{{path}}", "title": "{{path}}"},
}

html_title = "polltables"
html_theme = "pydata_sphinx_theme"
html_math_renderer = "mathml"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_context = {"default_mode": "auto"}
html_show_sourcelink = False
html_copy_source = False
html_sidebars = {
    page: [] for page in ("index", "get-started", "gallery", "codebook", "changes")
}  # nothing is beneath
html_theme_options = {
    "collapse_navigation": True,
    "navbar_persistent": ["search-button"],
    "show_prev_next": False,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
}


def _as_on_the_site(app: Sphinx, path: Path, document: str, content: list[str]) -> None:
    """Let links between files of the repository lead to their pages."""
    content[0] = content[0].replace("](data/README.md)", "](codebook.md)")


def setup(app: Sphinx) -> None:
    """Read files of the repository as pages."""
    app.connect("include-read", _as_on_the_site)
