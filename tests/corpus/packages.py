"""The packages: pinned source distributions, each with a few lines that use its compiled code.

Nearly all need something above glibc 2.17 or its C++ runtime when built on Debian 12 or on trixie as they are. Between
them: C, C++, Cython, cffi, pybind11 and nanobind; setuptools, scikit-build-core and meson-python. Quick ones come
first.

A smoke test runs in a scratch folder and fails by an exception; what it computes is known from elsewhere (a published
test vector, the inverse function, arithmetic), not from an earlier run.
"""

from __future__ import annotations

from glibcheck.model.record import Record


class Package(Record):
    """A source distribution; `deps` are what its smoke test imports beside it, `language` is for people.

    `apt` are Debian's packages that its build needs besides compilers. A smoke test that begins with `EXEC: ` runs a
    program of the wheel.

    `left` is None for a package that must come out whole; otherwise it must be refused, and the reason must name
    this.
    """

    name: str
    version: str
    language: str
    smoke: str
    deps: tuple[str, ...] = ()
    left: str | None = None
    apt: tuple[str, ...] = ()

    @property
    def pin(self) -> str:
        """Give the requirement that pip reads."""
        return f"{self.name}=={self.version}"


QUICK = (
    "argon2-cffi-bindings", "pyfarmhash", "webrtcvad", "sgp4", "pyppmd", "greenlet", "ujson", "pykdtree", "annoy",
    "zopfli", "msgspec", "pyclipper", "mappy", "python-crfsuite", "pyworld", "mapbox-earcut", "levenshtein", "dukpy",
)  # fmt: skip

PACKAGES = (
    Package(
        "pyfarmhash",
        "0.5.1",
        "C++",
        """
import farmhash
assert farmhash.hash64("symbol") == farmhash.hash64("symbol") != farmhash.hash64("symbols")
assert 0 <= farmhash.hash32("symbol") < 2**32
""",
    ),
    Package(
        "webrtcvad",
        "2.0.10",
        "C",
        """
import _webrtcvad
detector = _webrtcvad.create()
_webrtcvad.init(detector)
_webrtcvad.set_mode(detector, 2)
silence = bytes(2 * 480)
assert not _webrtcvad.process(detector, 16000, silence, 480)
""",
    ),
    Package(
        "sgp4",
        "2.27",
        "C++",
        """
from sgp4.api import Satrec, accelerated
assert accelerated
first = "1 25544U 98067A   19343.69339541  .00001764  00000-0  38792-4 0  9991"
second = "2 25544  51.6439 211.2001 0007417  17.6667  85.6398 15.50103472202482"
error, place, speed = Satrec.twoline2rv(first, second).sgp4(2458826.5, 0.8625)
assert error == 0
assert 6600 < sum(part * part for part in place) ** 0.5 < 6900  # kilometres from the centre of the Earth
""",
    ),
    Package(
        "pyppmd",
        "1.3.1",
        "C",
        """
import pyppmd
data = b"symbol versions " * 4000
encoder = pyppmd.Ppmd7Encoder(6, 16 << 20)
packed = encoder.encode(data) + encoder.flush()
assert len(packed) < len(data) // 20
assert pyppmd.Ppmd7Decoder(6, 16 << 20).decode(packed, len(data)) == data
packed = pyppmd.compress(data, variant="I")
assert pyppmd.decompress_str(packed, variant="I") == data.decode()
""",
    ),
    Package(
        "argon2-cffi-bindings",
        "26.2.0",
        "C, cffi",
        """
from _argon2_cffi_bindings import ffi, lib
# RFC 9106 has vectors with secrets; this one is of the reference implementation's own tests (version 0x13, m=2^16).
out = ffi.new("uint8_t[]", 32)
password, salt = ffi.new("uint8_t[]", b"password"), ffi.new("uint8_t[]", b"somesalt")
code = lib.argon2_hash(2, 1 << 16, 1, password, 8, salt, 8, out, 32, ffi.NULL, 0, lib.Argon2_i, 0x13)
assert code == 0
assert bytes(out)[:32].hex() == "c1628832147d9720c5bd1cfd61367078729f6dfb6f8fea9ff98158e0d7816ed0"
assert lib.argon2_hash(1, 64, 4, password, 8, salt, 8, out, 32, ffi.NULL, 0, lib.Argon2_id, 0x13) == 0  # four threads
""",
        ("cffi",),
    ),
    Package(
        "greenlet",
        "3.5.6",
        "C++",
        """
import threading
import greenlet

heard = []
def talk():
    heard.append(greenlet.getcurrent().parent.switch(1))
    try:
        greenlet.getcurrent().parent.switch(2)
    except KeyError:
        heard.append("raised")

def run():
    one = greenlet.greenlet(talk)
    assert one.switch() == 1
    assert one.switch("word") == 2
    one.throw(KeyError)
    assert one.dead

run()
thread = threading.Thread(target=run)
thread.start()
thread.join()
assert heard == ["word", "raised"] * 2, heard
""",
    ),
    Package(
        "ujson",
        "6.1.0",
        "C with C++",
        """
import ujson
value = {"a": [1, 2.5, -1e300, None, True], "b": "\\u00fc"}
assert ujson.loads(ujson.dumps(value)) == value
try:
    ujson.loads("[1,")
except ValueError:
    pass
else:
    raise AssertionError("half a list was read")
""",
    ),
    Package(
        "compreffor",
        "0.6.0",
        "C++, Cython",
        """
import compreffor._compreffor as compiled
assert callable(compiled.compreff)
""",
        ("fonttools",),
    ),
    Package(
        "edlib",
        "1.3.9.post1",
        "C++, Cython",
        """
import edlib
assert edlib.align("kitten", "sitting")["editDistance"] == 3
assert edlib.align("ACTG", "CACTRT", mode="HW", task="path", additionalEqualities=[("R", "G")])["editDistance"] == 0
""",
    ),
    Package(
        "pyclipper",
        "1.4.0",
        "C++, Cython",
        """
import pyclipper
clipper = pyclipper.Pyclipper()
clipper.AddPath([(0, 0), (10, 0), (10, 10), (0, 10)], pyclipper.PT_SUBJECT, True)
clipper.AddPath([(6, 6), (16, 6), (16, 16), (6, 16)], pyclipper.PT_CLIP, True)
(common,) = clipper.Execute(pyclipper.CT_INTERSECTION)
assert abs(pyclipper.Area(common)) == 16
try:
    pyclipper.Pyclipper().AddPath([(0, 0)], pyclipper.PT_SUBJECT, True)  # a C++ exception inside
except pyclipper.ClipperException:
    pass
else:
    raise AssertionError("one point was taken for a path")
""",
    ),
    Package(
        "zopfli",
        "0.4.3",
        "C with C++",
        """
import zlib
import zopfli.gzip, zopfli.png, zopfli.zlib
data = b"symbol versions " * 500
assert zlib.decompress(zopfli.zlib.compress(data)) == data
assert zlib.decompress(zopfli.gzip.compress(data), 31) == data
""",
    ),
    Package(
        "annoy",
        "1.17.3",
        "C++",
        """
from annoy import AnnoyIndex
index = AnnoyIndex(3, "euclidean")
for number in range(100):
    index.add_item(number, [number, 0, 1])
index.build(10, n_jobs=2)
assert index.get_nns_by_item(50, 3)[0] == 50
assert abs(index.get_distance(3, 7) - 4) < 1e-6
try:
    index.build(10)
except Exception as error:
    assert "built index" in str(error)
else:
    raise AssertionError("an index was built twice")
""",
    ),
    Package(
        "scikit-fmm",
        "2025.6.23",
        "C++, meson",
        """
import numpy
import skfmm
found = skfmm.distance(numpy.array([-1.0, -1.0, 1.0, 1.0]))
assert numpy.allclose(found, [-1.5, -0.5, 0.5, 1.5]), found
""",
        ("numpy",),
    ),
    Package(
        "msgspec",
        "0.22.0",
        "C",
        """
import msgspec
class Point(msgspec.Struct):
    x: float
    y: int
assert msgspec.json.decode(b'{"x": 1.5e-7, "y": -3}', type=Point) == Point(1.5e-7, -3)
value = {"a": [1, 2.25, None, b"raw"]}
assert msgspec.msgpack.decode(msgspec.msgpack.encode(value)) == value
""",
    ),
    Package(
        "pykdtree",
        "1.4.3",
        "C, Cython, OpenMP",
        """
import numpy
from pykdtree.kdtree import KDTree
points = numpy.arange(300.0).reshape(100, 3)
distances, places = KDTree(points).query(points[[7, 42]], k=1)
assert places.tolist() == [7, 42] and not distances.any()
""",
        ("numpy",),
        left="libgomp.so.1",
    ),
    Package(
        "mappy",
        "2.31",
        "C, Cython",
        """
import random
import mappy
random.seed(5)
bases = "".join(random.choice("ACGT") for _ in range(3000))
(hit, *_) = mappy.Aligner(seq=bases, preset="sr").map(bases[1000:1200])
assert (hit.r_st, hit.r_en, hit.strand) == (1000, 1200, 1)
assert mappy.revcomp("AACG") == "CGTT"
""",
    ),
    Package(
        "pymunk",
        "7.3.1",
        "C, cffi",
        """
import pymunk
space = pymunk.Space(threaded=True)
space.threads = 2
space.gravity = (0, -10)
ball = pymunk.Body(1, 1)
space.add(ball, pymunk.Circle(ball, 1))
for _ in range(100):
    space.step(0.01)
assert -5.2 < ball.position.y < -4.8  # g t^2 / 2
""",
        ("cffi",),
    ),
    Package(
        "python-crfsuite",
        "0.9.12",
        "C++, SWIG",
        """
import os, tempfile
import pycrfsuite
trainer = pycrfsuite.Trainer(verbose=False)
for _ in range(8):
    trainer.append([["warm"], ["cold"], ["warm"]], ["up", "down", "up"])
path = os.path.join(tempfile.mkdtemp(), "model")
trainer.train(path)
tagger = pycrfsuite.Tagger()
tagger.open(path)
assert tagger.tag([["cold"], ["warm"]]) == ["down", "up"]
tagger.close()
""",
    ),
    Package(
        "qdldl",
        "0.1.9.post1",
        "C++, pybind11",
        """
import numpy
import qdldl
from scipy import sparse
matrix = sparse.csc_matrix([[4.0, 1.0], [1.0, 3.0]])
found = qdldl.Solver(matrix).solve(numpy.array([1.0, 2.0]))
assert numpy.allclose(matrix @ found, [1.0, 2.0])
""",
        ("numpy", "scipy"),
    ),
    Package(
        "pyworld",
        "0.3.5",
        "C++, Cython",
        """
import numpy
import pyworld
rate, pitch = 16000, 220.0
wave = sum(numpy.sin(2 * numpy.pi * pitch * part * numpy.arange(rate) / rate) / part for part in range(1, 8))
found, _ = pyworld.harvest(wave, rate)
voiced = found[found > 0]
assert abs(numpy.median(voiced) - pitch) < 3, numpy.median(voiced)
""",
        ("numpy", "setuptools<81"),  # it wants pkg_resources
    ),
    Package(
        "mapbox-earcut",
        "2.1.0",
        "C++, nanobind",
        """
import mapbox_earcut
import numpy
square = numpy.array([[0, 0], [2, 0], [2, 2], [0, 2]], dtype=numpy.float64)
corners = mapbox_earcut.triangulate_float64(square, numpy.array([4], dtype=numpy.uint32))
assert sorted(set(corners.tolist())) == [0, 1, 2, 3] and len(corners) == 6
""",
        ("numpy",),
    ),
    Package(
        "levenshtein",
        "0.27.5",
        "C++, Cython",
        """
import Levenshtein
assert Levenshtein.distance("intention", "execution") == 5
assert Levenshtein.editops("ab", "b") == [("delete", 0, 0)]
assert Levenshtein.median(["glibc", "glibb", "glibc"]) == "glibc"
""",
        ("rapidfuzz",),
    ),
    Package(
        "dukpy",
        "0.6.0",
        "C",
        """
import dukpy
assert dukpy.evaljs("Math.pow(2, 10) + Math.floor(Math.log(Math.exp(3)) + 0.5)") == 1027
assert dukpy.evaljs("new Date(0).toISOString()") == "1970-01-01T00:00:00.000Z"
""",
    ),
    Package(
        "backports-zstd",
        "1.8.0",
        "C",
        """
from backports import zstd
data = b"symbol versions " * 200000
packed = zstd.compress(data, options={zstd.CompressionParameter.nb_workers: 2})
assert len(packed) < 10000 and zstd.decompress(packed) == data
""",
    ),
    Package(
        "spglib",
        "2.8.0",
        "C, C++, pybind11",
        """
import spglib
cube = ([[4, 0, 0], [0, 4, 0], [0, 0, 4]], [[0, 0, 0], [0.5, 0.5, 0.5]], [1, 1])
assert spglib.get_symmetry_dataset(cube).number == 229  # body-centred cubic: Im-3m
""",
        ("numpy", "typing-extensions"),
    ),
    Package(
        "primer3-py",
        "2.4.0",
        "C, Cython, programs",
        """
import primer3
assert 50 < primer3.calc_tm("GTAAAACGACGGCCAGTGTAAAACG") < 70
assert primer3.calc_hairpin("CCCCCATCCGATCAGGGGG").structure_found
""",
    ),
    Package(
        "uvloop",
        "0.23.0",
        "C, Cython, autotools",
        """
import asyncio
import uvloop
async def main():
    process = await asyncio.create_subprocess_exec("echo", "heard", stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    info = await asyncio.get_running_loop().getaddrinfo("127.0.0.1", 80)
    return said, bool(info), await asyncio.sleep(0.01, 7)
assert uvloop.run(main()) == (b"heard\\n", True, 7)
""",
    ),
    Package(
        "fasttext",
        "0.9.3",
        "C++, pybind11",
        """
import os, tempfile
import fasttext
path = os.path.join(tempfile.mkdtemp(), "words")
with open(path, "w") as stream:
    stream.write("low high low high " * 500)
model = fasttext.train_unsupervised(path, minCount=1, epoch=1, dim=4, thread=2)
assert model.get_word_vector("low").shape == (4,)
assert sorted(word for word in model.words if word != "</s>") == ["high", "low"]
""",
        ("numpy", "pybind11"),
    ),
    Package(
        "contourpy",
        "1.3.3",
        "C++, pybind11, meson",
        """
import contourpy
import numpy
hill = numpy.outer(numpy.arange(9.0), numpy.arange(9.0))
(line,) = contourpy.contour_generator(z=hill).lines(5.0)
assert numpy.all((line >= 0) & (line <= 8))
threaded = contourpy.contour_generator(z=hill, name="threaded", chunk_size=2, thread_count=2)
assert threaded.lines(5.0)
""",
        ("numpy",),
    ),
    Package(
        "pynacl",
        "1.6.2",
        "C, cffi, autotools",
        """
import nacl.hash, nacl.secret, nacl.utils
box = nacl.secret.SecretBox(nacl.utils.random(32))
assert box.decrypt(box.encrypt(b"word")) == b"word"
assert nacl.hash.sha256(b"abc").startswith(b"ba7816bf8f01cfea")  # FIPS 180-4
""",
        ("cffi",),
    ),
    Package(
        "pycares",
        "5.2.1",
        "C, cffi, CMake",
        """
import pycares
channel = pycares.Channel()
channel.close()
assert pycares.errno.strerror(4)
""",
        ("cffi",),
        apt=("cmake",),
    ),
    Package(
        "ruamel-yaml-clib",
        "0.2.15",
        "C, Cython",
        """
import _ruamel_yaml
from ruamel.yaml import YAML
assert YAML(typ="safe").load("a: [1, x]") == {"a": [1, "x"]}
""",
        ("ruamel.yaml",),
    ),
)
