"""A C++ module that tries what a private runtime could break, and the ways to build it: one function a trial.

Each function gives 0 when all is right. Compiled with `-DNAME=one`, its trials are of namespace `one`.
"""

from __future__ import annotations

MODULE = r"""
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <locale>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>
#if __has_include(<format>)
#include <format>
#endif
#define TRIAL(name) extern "C" __attribute__((visibility("default"))) int trial_##name()

struct Thrown : std::runtime_error { using runtime_error::runtime_error; };

static __attribute__((noinline)) void thrower(int depth) {
    std::string kept(100, 'x');
    if (depth) thrower(depth - 1); else throw Thrown("deep");
}

TRIAL(exceptions) {
    try { thrower(50); } catch (const std::exception &error) { if (std::strcmp(error.what(), "deep")) return 1; }
    try { std::vector<int>().at(3); return 2; } catch (const std::out_of_range &) { }
    try { try { throw 1; } catch (...) { std::throw_with_nested(Thrown("outer")); } }
    catch (const Thrown &outer) {
        try { std::rethrow_if_nested(outer); return 3; } catch (int inner) { if (inner != 1) return 4; }
    }
    std::exception_ptr kept;
    std::thread other([&] { try { throw Thrown("other"); } catch (...) { kept = std::current_exception(); } });
    other.join();
    try { std::rethrow_exception(kept); } catch (const Thrown &error) { return std::uncaught_exceptions() != 0; }
    return 5;
}

// Across modules: calls what another one gave, through frames of this one, and catches what comes back.
extern "C" __attribute__((visibility("default"))) void throw_out() { throw Thrown("from " NAME); }
extern "C" __attribute__((visibility("default"))) int catch_from(void (*function)()) {
    try { function(); return 1; }
    catch (const std::exception &error) { return std::strncmp(error.what(), "from ", 5) ? 2 : 0; }
}

static int destroyed;
struct Guard { int value = 1; ~Guard() { destroyed += value; } };
static thread_local Guard guard;
static thread_local std::string text = "local";

TRIAL(thread_local_destructors) {
    destroyed = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++)
        threads.emplace_back([] { guard.value = 1; text += "x"; if (text != "localx") std::abort(); });
    for (auto &thread : threads) thread.join();
    if (destroyed != 4) return 1;
    // That of the main thread is destroyed when the process ends; see leave_at_exit.
    return 0;
}

struct Last {
    const char *place = nullptr;
    ~Last() { if (place) std::ofstream(place, std::ios::app) << NAME << "\n"; }
};
static thread_local Last last;
extern "C" __attribute__((visibility("default"))) void leave_at_exit(const char *place) { last.place = strdup(place); }

TRIAL(streams_and_locale) {
    std::ostringstream out;
    out << 1 << ' ' << 2.5 << ' ' << std::hex << 255 << ' ' << std::boolalpha << true << ' ' << std::setw(4) << 'x';
    if (out.str() != "1 2.5 ff true    x") return 1;
    std::istringstream in("42 3.25 word");
    int number; double real; std::string word;
    if (!(in >> number >> real >> word) || number != 42 || real != 3.25 || word != "word") return 2;
    struct Dotted : std::numpunct<char> {
        char do_thousands_sep() const override { return '.'; }
        std::string do_grouping() const override { return "\3"; }
    };
    std::ostringstream grouped;
    grouped.imbue(std::locale(std::locale::classic(), new Dotted));
    grouped << 1234567;
    if (grouped.str() != "1.234.567") return 3;
    std::cout << "cout of " NAME << std::endl;
    if (!std::cout) return 4;
    try { std::locale there("C.UTF-8"); } catch (const std::runtime_error &) { }
    try { std::locale("no such locale"); return 5; } catch (const std::runtime_error &) { }
    std::wostringstream wide; wide << L"w" << 7;
    return wide.str() != L"w7";
}

TRIAL(call_once) {
    // Nothing is thrown: glibc before 2.34 never lets go of the flag then, whatever the runtime.
    std::once_flag flag; int calls = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++) threads.emplace_back([&] { std::call_once(flag, [&] { calls++; }); });
    for (auto &thread : threads) thread.join();
    return calls != 1;
}

TRIAL(condition_variable) {
    std::mutex mutex; std::condition_variable changed; bool ready = false;
    std::unique_lock<std::mutex> lock(mutex);
    auto start = std::chrono::steady_clock::now();
    if (changed.wait_for(lock, std::chrono::milliseconds(30), [&] { return ready; })) return 1;
    auto waited = std::chrono::steady_clock::now() - start;
    if (waited < std::chrono::milliseconds(30) || waited > std::chrono::seconds(20)) return 2;
    std::thread other([&] { std::lock_guard<std::mutex> own(mutex); ready = true; changed.notify_all(); });
    bool woken = changed.wait_for(lock, std::chrono::seconds(20), [&] { return ready; });
    lock.unlock(); other.join();
    std::timed_mutex timed; timed.lock();
    std::thread third([&] { ready = timed.try_lock_for(std::chrono::milliseconds(10)); });
    third.join(); timed.unlock();
    return !woken || ready;
}

TRIAL(regex) {
    std::smatch found; std::string subject = "name=value";
    if (!std::regex_match(subject, found, std::regex("(\\w+)=(\\w+)")) || found[2] != "value") return 1;
    return std::regex_replace(subject, std::regex("[aeiou]"), "_") != "n_m_=v_l__";
}

TRIAL(filesystem) {
    namespace fs = std::filesystem;
    char pattern[] = "/tmp/glibcheck-XXXXXX";
    if (!mkdtemp(pattern)) return 1;
    fs::path folder = pattern;
    std::ofstream(folder / "a") << "text";
    fs::create_directories(folder / "b" / "c");
    fs::copy_file(folder / "a", folder / "b" / "c" / "d");
    int count = 0;
    for (const auto &entry : fs::recursive_directory_iterator(folder)) count += entry.path() != folder;
    if (count != 4 || fs::file_size(folder / "b" / "c" / "d") != 4 || !fs::is_directory(folder / "b")) return 2;
    auto age = fs::file_time_type::clock::now() - fs::last_write_time(folder / "a");
    if (age > std::chrono::hours(1) || age < -std::chrono::hours(1)) return 3;
    std::error_code error;
    if (fs::file_size(folder / "none", error) != static_cast<std::uintmax_t>(-1)) return 6;
    if (error != std::errc::no_such_file_or_directory) return 4;
    return fs::remove_all(folder) != 5;
}

TRIAL(random_device) {
    std::random_device source; std::map<unsigned, int> seen;
    for (int i = 0; i < 16; i++) seen[source()]++;
    return seen.size() < 15;
}

TRIAL(numbers) {
    const char *digits = "3.25e2"; double real = 0; int number = 0;
    if (std::from_chars(digits, digits + 6, real).ec != std::errc() || real != 325.0) return 1;
    if (std::from_chars(digits, digits + 1, number).ec != std::errc() || number != 3) return 2;
    char room[32]; auto done = std::to_chars(room, room + 32, 0.1);
    if (std::string(room, done.ptr) != "0.1") return 3;
    return std::stoi("0x1f", nullptr, 16) != 31 || std::stod("1e3") != 1000;
}

#if defined __cpp_lib_format
TRIAL(format) { return std::format("{:>5}|{:.2f}|{:#x}", "ab", 3.14159, 255) != "   ab|3.14|0xff"; }
#endif
"""

# Loads the modules that it is given, in that order, and runs every trial in each, then those between them.
RUNNER = r"""
import ctypes, json, sys, threading
modules = [ctypes.CDLL(path) for path in sys.argv[3:]]
trials = sys.argv[1].split(",")
results = {}
for index, module in enumerate(modules):
    for trial in trials:
        results["%d %s" % (index, trial)] = getattr(module, "trial_" + trial)()
    module.leave_at_exit(sys.argv[2].encode())
    def inner(module=module):
        results["%d other thread" % index] = sum(getattr(module, "trial_" + trial)() for trial in trials)
    thread = threading.Thread(target=inner); thread.start(); thread.join()
for first in modules:
    for second in modules:
        thrown = ctypes.cast(second.throw_out, ctypes.c_void_p)
        results["across %d %d" % (modules.index(first), modules.index(second))] = first.catch_from(thrown)
print(json.dumps(results))
"""
TRIALS = (
    "exceptions", "thread_local_destructors", "streams_and_locale", "call_once", "condition_variable", "regex",
    "filesystem", "random_device", "numbers",
)  # fmt: skip
# Without warnings of the compiler (-w), what is said is of the linker.
FLAGS = ("-std=c++20", "-O1", "-shared", "-fPIC", "-w")
