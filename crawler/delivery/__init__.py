"""Delivery: what a data team gets. Immutable parts, chained manifests, and what describes them."""

from crawler.delivery.card import article_schema
from crawler.delivery.errors import BusyError, CannotWriteError, DamagedError, DeliveryError
from crawler.delivery.latest import write_latest
from crawler.delivery.publish import Delivery, deliver, site_folder
from crawler.delivery.rebuild import rebuild_state
from crawler.delivery.verify import Verified, verify

__all__ = [
    "BusyError",
    "CannotWriteError",
    "DamagedError",
    "Delivery",
    "DeliveryError",
    "Verified",
    "article_schema",
    "deliver",
    "rebuild_state",
    "site_folder",
    "verify",
    "write_latest",
]
