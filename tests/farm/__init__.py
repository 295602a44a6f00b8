"""A content farm on loopback: the site of the tests and the demo of the harvest. See docs/farm.md."""

from tests.farm.farm import Farm
from tests.farm.process import farm_process
from tests.farm.server import Server, serve

__all__ = ["Farm", "Server", "farm_process", "serve"]
