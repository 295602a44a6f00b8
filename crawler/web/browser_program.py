"""The browser's program: where it is, how it is started, what memory its processes take."""

import os
import re
import shutil
from pathlib import Path

# The headless shell is the same engine without a user interface: a third of the processor time and two thirds of the memory.
_DEBIANS = "/usr/lib/chromium/chromium-headless-shell"  # what stands in /usr/bin is a shell script that waits for it
_NAMES = (
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
)
HOW_TO_GET_ONE = (
    "no Chromium found: pages that only a browser can fill are left out, everything else is harvested. "
    "Install one with `apt-get install chromium-headless-shell` or `playwright install chromium`, or name its path in BROWSER_PATH"
)

# The browser has no way out of itself: every name is unknown to it, every address too, its proxy does not exist, and what
# WebRTC would send past a proxy is not sent. Whatever it gets, crawler.web.browser_requests hands to it.
_BLIND = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://nowhere.invalid:1",
    "--proxy-bypass-list=<-loopback>",  # the subtraction: loopback is not excepted from the proxy
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # older versions
    "--disable-quic",
)
_LEAN = (
    "--disable-gpu",
    "--disable-dev-shm-usage",  # /dev/shm of containers is small
    "--mute-audio",
    "--js-flags=--max-old-space-size=512",  # MB of one page's scripts
)
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")


def find_chromium(setting: str, playwrights: str = "") -> str | None:
    """The path of a Chromium: the one of BROWSER_PATH, Debian's, Chrome, or playwright's own (`playwrights`). None: none."""
    if setting:
        return shutil.which(setting)
    return next(
        filter(None, map(shutil.which, (_DEBIANS, *_NAMES, *_headless_shells(playwrights), playwrights or ""))), None
    )


def _headless_shells(playwrights: str) -> list[str]:
    """Those that Playwright installs beside its Chromium: .../chromium-1/chrome-linux/chrome."""
    if not playwrights:
        return []
    folder = Path(playwrights).parent.parent
    return [
        str(path) for path in folder.parent.glob(f"chromium_headless_shell-{folder.name.rpartition('-')[2]}/*/*shell")
    ]


def is_root() -> bool:
    """Whether Chromium would refuse to start with its sandbox."""
    return os.geteuid() == 0


def arguments(mark: str, *, shows_images: bool = False) -> list[str]:
    """Chromium's command line; `mark` is a switch it ignores, by which its process is found again."""
    images = () if shows_images else ("--blink-settings=imagesEnabled=false",)
    return [*_BLIND, *_LEAN, *images, f"--{mark}"]


def environment() -> dict[str, str | float | bool]:
    """Ours without secrets and proxies."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ}


def processes(mark: str) -> list[int]:
    """Ids of the browser's processes, its own first."""
    parents: dict[int, int] = {}
    root = None
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            parents[int(entry.name)] = _parent((entry / "stat").read_text(encoding="utf-8", errors="replace"))
            if f"--{mark}".encode() in (entry / "cmdline").read_bytes().split(b"\0"):
                root = int(entry.name) if root is None else min(root, int(entry.name))
        except OSError:  # it ended meanwhile
            continue
    if root is None:
        return []
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return [root, *sorted(found - {root})]


def family(mark: str) -> list[int]:
    """The browser's processes and that of Playwright's driver, which started them."""
    found = processes(mark)
    try:
        driver = _parent(Path(f"/proc/{found[0]}/stat").read_text(encoding="utf-8", errors="replace"))
        started_it = b"run-driver" in Path(f"/proc/{driver}/cmdline").read_bytes()
    except (IndexError, OSError):  # it ended meanwhile
        return found
    return [*found, driver] if started_it else found


def _parent(stat: str) -> int:
    return int(stat.rpartition(")")[2].split()[1])


def memory_mb(pids: list[int]) -> float:
    """Megabytes that processes take, shared pages counted once (PSS)."""
    total = 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        except OSError:  # it ended meanwhile, or belongs to somebody else
            continue
        found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
        total += int(found.group(1)) if found else 0
    return total / 1024
