"""How the documentation is built: Markdown by MyST, diagrams by Mermaid."""

from __future__ import annotations

from importlib.metadata import version as installed

project = "checkout_core"
author = "the checkout_core authors"
copyright = f"2026, {author}"
release = version = installed("checkout-core")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinxcontrib.mermaid"]
exclude_patterns = ["_build"]
nitpicky = True

myst_enable_extensions = ["colon_fence", "deflist"]
myst_fence_as_directive = ["mermaid"]  # the same text is drawn by code hosts
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"{project} {release}"
