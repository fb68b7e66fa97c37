"""Where the files of a wheel will be after installation: PEP 427 ("Installing a wheel", "The .data directory").

The place is made up, below a folder that no disk can hold, so that nothing of this machine is taken for a file of the
wheel: `lib/python/site-packages` of a prefix. What a library says with $ORIGIN then leads to the wheel's own copies, as
it will once the wheel is installed, and nothing is unpacked.

A path that leaves the prefix, or goes through a folder that the wheel does not have, leads to no file of the wheel;
what another package would put there is not known.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_PREFIX = "/\0installed"  # no path of a disk holds a zero byte
_SITE = "lib/python/site-packages"
_HOMES = {"purelib": _SITE, "platlib": _SITE, "data": "", "scripts": "bin", "headers": "include"}


class Installation:
    """The members of a wheel by the path that each will have; all paths begin with the made-up prefix."""

    def __init__(self, members: Iterable[str]) -> None:
        """Give each member its place; of two for one place, the first has it."""
        names = tuple(members)
        infos = {name.partition("/")[0] for name in names if name.partition("/")[0].endswith(".dist-info")}
        self._data = {info.removesuffix(".dist-info") + ".data" for info in infos}
        self._members: dict[str, str] = {}
        self._folders = {"", "bin", "lib", "lib/python", _SITE}
        for name in names:
            place = self._place(name)
            if place is not None and not name.endswith("/"):
                self._members.setdefault(place, name)
                self._add_folders(place)

    def path_of(self, member: str) -> str | None:
        """Give the path of a member; None for one that no installer has a place for."""
        place = self._place(member)
        return None if place is None else f"{_PREFIX}/{place}"

    def member_at(self, path: str) -> str | None:
        """Give the member that will be at a path; None when there is none."""
        place = self._walk(path)
        return None if place is None else self._members.get(place)

    def covers(self, path: str) -> bool:
        """Say whether a path starts in the installation, and not on this machine."""
        return path.startswith(f"{_PREFIX}/")

    def shown(self, path: str) -> str:
        """Show a path as a person would: 'site-packages/pkg.libs/libx.so', or as it is when it is of this machine."""
        if not self.covers(path):
            return path
        place = _plain(path)
        if place is None:
            return "a folder above the installation"
        if place == _SITE or place.startswith(f"{_SITE}/"):
            return place.removeprefix("lib/python/")
        return f"prefix/{place}".rstrip("/")

    def named(self, name: str) -> tuple[str, ...]:
        """Give the places of all files of a name, as they are shown, sorted."""
        places = (place for place in self._members if place.rpartition("/")[2] == name)
        return tuple(sorted(self.shown(f"{_PREFIX}/{place}") for place in places))

    def _place(self, member: str) -> str | None:
        top, _, rest = member.partition("/")
        if top not in self._data:
            return f"{_SITE}/{member}"
        key, _, rest = rest.partition("/")
        home = _HOMES.get(key)
        return None if home is None or not rest else f"{home}/{rest}".lstrip("/")

    def _add_folders(self, place: str) -> None:
        folder = place.rpartition("/")[0]
        while folder not in self._folders:
            self._folders.add(folder)
            folder = folder.rpartition("/")[0]

    def _walk(self, path: str) -> str | None:
        """Follow a path from folder to folder, as the kernel does; None when one is not there, or it leaves."""
        found: list[str] = []
        for part in path.removeprefix(f"{_PREFIX}/").split("/"):
            if part == "..":
                if not found or "/".join(found) not in self._folders:
                    return None
                found.pop()
            elif part not in ("", "."):
                found.append(part)
        return "/".join(found)


def _plain(path: str) -> str | None:
    """Take '..' out of a path of the installation; None when it leaves it."""
    found: list[str] = []
    for part in path.removeprefix(f"{_PREFIX}/").split("/"):
        if part == ".." and not found:
            return None
        if part == "..":
            found.pop()
        elif part not in ("", "."):
            found.append(part)
    return "/".join(found)
