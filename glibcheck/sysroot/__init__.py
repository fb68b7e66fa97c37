"""What the linker is shown instead of the host's C library, so that its output fits an older one."""
