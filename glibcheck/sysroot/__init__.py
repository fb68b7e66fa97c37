"""What the linker is shown so that an ordinary compiler makes files for an older glibc.

A linker binds `pow` to the newest version that the libm.so.6 in front of it has. So it is given another one: a stub
library, which has the names and versions of an older release and no code, found first by `-L DIR`. What new headers and
new archives ask for beyond that is in a static archive of compat functions. One flag reaches every build system, and
archives that were compiled long ago, which no header can do.

    DIR/libc.so              a linker script: the stub, the compat archive, the compiler's libc_nonshared.a, and, as
                             needed, the libraries that gave their symbols to libc.so.6 in 2.34
    DIR/libm.so ...          scripts for the other libraries of glibc; each also under its soname, for `-l:libm.so.6`
    DIR/libgcc_s.so          the stub of the target's libgcc_s.so.1, then the compiler's libgcc.a
    DIR/libstdc++.so         the compiler's own libstdc++.a with its symbols hidden, or the stub of the target's
    DIR/stubs/               the stub libraries, under their sonames
    DIR/bin/ld ...           the linkers with `-L DIR` in front, for builds that lose their flags (COMPILER_PATH)

`glibc` and `runtimes` say what stubs hold, `elfwriter` writes them, `scripts` and `environment` the texts, `archive`
and `private` the archives, `compat/` has the functions; `layout` puts it all together. All of it is values in, values
out: compilers are run, and files written, by `glibcheck.sysroots`.
"""
