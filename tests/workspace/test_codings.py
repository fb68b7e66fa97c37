import pytest

from glibcheck.errors import InputError
from glibcheck.workspace.codings import decode, encode


@pytest.mark.parametrize(
    ("path", "content", "text"),
    [
        pytest.param("setup.py", "ß\r\n".encode(), "ß\r\n", id="utf-8"),
        pytest.param(
            "setup.py",
            b"# -*- coding: latin-1 -*-\n# gr\xf6\xdfe\n",
            "# -*- coding: latin-1 -*-\n# größe\n",
            id="latin-1",
        ),
        pytest.param("setup.py", b"#!/bin/python\n# vim: set fileencoding=cp1251 :\n\xe9", None, id="second-line"),
        pytest.param("setup.py", b"\n\n# coding: latin-1\n# \xc3\xb6", "\n\n# coding: latin-1\n# ö", id="third-line"),
        pytest.param("setup.py", b"\xef\xbb\xbfx\n", "\ufeffx\n", id="byte-order-mark"),
        pytest.param("setup.py", b"# coding: no-such-code\n", "# coding: no-such-code\n", id="unknown"),
        pytest.param("setup.cfg", b"# coding: latin-1\n# \xc3\xb6", "# coding: latin-1\n# ö", id="not-python"),
    ],
)
def test_content_is_read_as_it_says_and_written_back_alike(path: str, content: bytes, text: str | None) -> None:
    read = decode(path, content)
    assert text is None or read == text
    assert encode(path, read) == content


@pytest.mark.parametrize("content", [b"# gr\xf6\xdfe\n", b"# coding: utf-8\n\xf6", b"# coding: ascii\n\xf6"])
def test_content_that_is_not_what_it_says_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match=r"is not (utf-8|ascii) text"):
        decode("setup.py", content)


def test_character_that_the_encoding_lacks_is_refused() -> None:
    with pytest.raises(InputError, match="'€' cannot be written in latin-1, the encoding that the file declares"):
        encode("setup.py", "# coding: latin-1\n# €\n")
