"""Stripping: from what was read to what is delivered, with an audit of every span that was taken out. Pure."""

from crawler.stripping.elsewhere import Copy
from crawler.stripping.ledger import rebuild
from crawler.stripping.repeated import normal_form
from crawler.stripping.strip import Stripped, clean_link_title, strip

__all__ = ["Copy", "Stripped", "clean_link_title", "normal_form", "rebuild", "strip"]
