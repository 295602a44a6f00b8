"""A disk that gets full: a small tmpfs where the system lets us mount one, else a limit on the size of files."""

import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class SmallDisk:
    """`folder` holds `kib` KiB; fill() leaves no room, free() gives it back."""

    def __init__(self, folder: Path, kib: int, *, mounted: bool) -> None:
        self.folder = folder
        self._kib = kib
        self._mounted = mounted
        self._limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(self, spare_kib: int) -> None:
        """Leaves `spare_kib` for all that follows (mounted), or as the size of any file (limited)."""
        if not self._mounted:
            resource.setrlimit(resource.RLIMIT_FSIZE, (spare_kib << 10, self._limits[1]))
            return
        used = sum(path.stat().st_blocks * 512 for path in self.folder.rglob("*"))
        ballast = self.folder / "ballast"
        ballast.write_bytes(b"\0" * max(0, (self._kib << 10) - used - (spare_kib << 10)))

    def free(self) -> None:
        """Room again."""
        resource.setrlimit(resource.RLIMIT_FSIZE, self._limits)
        (self.folder / "ballast").unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, kib: int) -> Iterator[SmallDisk]:
    """A SmallDisk at `folder`, gone afterwards."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(folder)]
    mounted = _runs(lambda: subprocess.run(mount, capture_output=True).returncode)
    disk = SmallDisk(folder, kib, mounted=mounted)
    try:
        yield disk
    finally:
        disk.free()
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def _runs(command: Callable[[], int]) -> bool:
    try:
        return command() == 0
    except FileNotFoundError:  # no mount program
        return False
