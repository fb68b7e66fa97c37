/* The names of signals and what they say in English, by number: X(number, name, description).
 *
 * The numbers are the same on all machines of the catalogue.
 */
#pragma once
#include "_glibc.h"

#define SIGNALS \
    X(1, "HUP", "Hangup") \
    X(2, "INT", "Interrupt") \
    X(3, "QUIT", "Quit") \
    X(4, "ILL", "Illegal instruction") \
    X(5, "TRAP", "Trace/breakpoint trap") \
    X(6, "ABRT", "Aborted") \
    X(7, "BUS", "Bus error") \
    X(8, "FPE", "Floating point exception") \
    X(9, "KILL", "Killed") \
    X(10, "USR1", "User defined signal 1") \
    X(11, "SEGV", "Segmentation fault") \
    X(12, "USR2", "User defined signal 2") \
    X(13, "PIPE", "Broken pipe") \
    X(14, "ALRM", "Alarm clock") \
    X(15, "TERM", "Terminated") \
    X(16, "STKFLT", "Stack fault") \
    X(17, "CHLD", "Child exited") \
    X(18, "CONT", "Continued") \
    X(19, "STOP", "Stopped (signal)") \
    X(20, "TSTP", "Stopped") \
    X(21, "TTIN", "Stopped (tty input)") \
    X(22, "TTOU", "Stopped (tty output)") \
    X(23, "URG", "Urgent I/O condition") \
    X(24, "XCPU", "CPU time limit exceeded") \
    X(25, "XFSZ", "File size limit exceeded") \
    X(26, "VTALRM", "Virtual timer expired") \
    X(27, "PROF", "Profiling timer expired") \
    X(28, "WINCH", "Window changed") \
    X(29, "POLL", "I/O possible") \
    X(30, "PWR", "Power failure") \
    X(31, "SYS", "Bad system call")
