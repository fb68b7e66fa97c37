"""How a link names libstdc++, whatever the build system: what is taken out for a private runtime, and what goes in.

-static-libstdc++ concerns the library that g++ adds by itself. Where a build file names it, the archive is named in its
place: `-l:` is followed by a file name (ld manual, "-l namespec").
"""

NAME = "stdc++"  # among libraries
NAMED = "-lstdc++"
ARCHIVE = "-l:libstdc++.a"
STATIC = "-static-libstdc++"
PRIVATE = "-Wl,--exclude-libs,ALL"  # no symbol of an archive is exported
