"""Sources that need much of a newer system: linked as they are, they would ask for glibc 2.34 and a new libstdc++."""

from __future__ import annotations

LIBRARY = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
static void *run(void *argument) { return argument; }
double work(double x, const char *name) {
    pthread_t thread; void *done = 0; struct timespec now; struct stat found;
    pthread_create(&thread, 0, run, (void *)&now);
    pthread_join(thread, &done);
    clock_gettime(CLOCK_MONOTONIC, &now);
    void *volatile room = malloc(1);
    free(room);
    if (done != &now || now.tv_sec < 0 || stat(name, &found) || !S_ISDIR(found.st_mode)) return -1;
    if (!dlsym(RTLD_DEFAULT, "malloc") || fcntl(0, F_GETFD) < -1) return -2;
    return pow(x, x - 1) + exp(x - 3) + log(x - 2) + (double)strtol("0x10", 0, 0);
}
"""
# Prints what a constructor left, its arguments, and what only a program that moved its data right sees.
PROGRAM = r"""
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
extern char **environ;
double work(double, const char *);
static int before;
__attribute__((constructor)) static void early(void) { before = 41; }
static void late(void) { fputs("late\n", stdout); }
int main(int count, char **words) {
    atexit(late);
    setenv("ADDED", "yes", 1);
    int option = getopt(count, words, "o:"), seen = 0;
    for (char **word = environ; *word; word++) seen += !strcmp(*word, "ADDED=yes") || !strcmp(*word, "GIVEN=yes");
    fprintf(stdout, "%d %d %c %s %s %d %.0f\n", before, count, option, optarg, words[optind], seen, work(3, "/"));
    return 7;
}
"""
PRINTED = "41 4 o value last 2 26\nlate\n"
ARGUMENTS = ("-o", "value", "last")

CXX_LIBRARY = r"""
#include <cmath>
#include <iostream>
#include <mutex>
#include <random>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
static std::once_flag once;
static thread_local std::string kept = "kept";
extern "C" int answer() {
    int found = 0;
    std::thread other([&] {
        try { throw std::runtime_error(kept); }
        catch (const std::exception &error) { found += error.what() == std::string("kept"); }
    });
    other.join();
    std::call_once(once, [&] { found += 40; });
    std::ostringstream text;
    text << std::regex_match("abc", std::regex("a.c")) << std::pow(2.0, 0.5) << std::random_device()();
    return found + (text.str()[0] == '1');
}
"""
CXX_PROGRAM = r"""
#include <cstdio>
#include <iostream>
extern "C" int answer();
struct Early { int value; Early() : value(40) {} ~Early() { std::puts("destroyed"); } } early;
int main(int count, char **words) {
    try { throw count; }
    catch (int thrown) { std::cout << early.value + thrown << ' ' << words[1] << ' ' << answer() << std::endl; }
}
"""
CXX_PRINTED = "42 word 42\ndestroyed\n"
