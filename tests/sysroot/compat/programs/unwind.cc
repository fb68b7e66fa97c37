// Exceptions across libraries, and destructors of thread_local objects, by our members in each library.
//
// Compiled twice, as a library (LIBRARY is its name) and as the program that opens several of them: each with static
// libgcc_eh and libstdc++, and with the members _dl_find_object and __cxa_thread_atexit_impl under their own names.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

extern "C" void note(const char *what);

#ifdef LIBRARY
namespace {

struct Loud {
    std::string name;
    explicit Loud(const char *text) : name(text) { note(("make " + name).c_str()); }
    ~Loud();
};

thread_local Loud last("last of " LIBRARY), first("first of " LIBRARY), second("second of " LIBRARY);

// Made for the first time while others are dropped.
void touch_late()
{
    thread_local Loud late("late of " LIBRARY);
    late.name.size();
}

Loud::~Loud()
{
    note(("drop " + name).c_str());
    if (name.compare(0, 5, "first") == 0)
        touch_late();
}

void thrower(int depth)
{
    Loud here("frame");
    if (depth == 0)
        throw std::runtime_error("thrown by " LIBRARY);
    thrower(depth - 1);
}

} // namespace

extern "C" int catches()
{
    try {
        thrower(3);
    } catch (const std::exception &error) {
        note(error.what());
        return 1;
    }
    return 0;
}

extern "C" void touch()
{
    first.name.size();
    second.name.size();
}

#else
#include <dlfcn.h>
#include <elf.h>
#include <link.h>

// The members of our own, renamed, are in the program too: _dl_find_object is compared with the real one.
extern "C" int compat__dl_find_object(void *address, struct dl_find_object *answer);

static std::vector<std::string> notes;
static bool ending;

extern "C" void note(const char *what)
{
    if (ending)
        std::printf("at exit: %s\n", what);
    else
        notes.emplace_back(what);
}

static int failed;

static void expect(bool right, const char *what)
{
    if (!right) {
        failed = 1;
        std::printf("MISMATCH %s\n", what);
    }
}

static long compared_addresses;

static void compare(uintptr_t address)
{
    struct dl_find_object one, other;
    std::memset(&one, 0, sizeof one);
    std::memset(&other, 0, sizeof other);
    int a = compat__dl_find_object(reinterpret_cast<void *>(address), &one);
    int b = _dl_find_object(reinterpret_cast<void *>(address), &other);
    ++compared_addresses;
    bool same = a == b && one.dlfo_map_start == other.dlfo_map_start && one.dlfo_map_end == other.dlfo_map_end
                && one.dlfo_link_map == other.dlfo_link_map && one.dlfo_eh_frame == other.dlfo_eh_frame && one.dlfo_flags == other.dlfo_flags;
    if (!same) {
        failed = 1;
        std::printf("MISMATCH _dl_find_object at %lx: %d %p %p %p %p for %d %p %p %p %p\n", static_cast<long>(address), a, one.dlfo_map_start, one.dlfo_map_end,
                    static_cast<void *>(one.dlfo_link_map), one.dlfo_eh_frame, b, other.dlfo_map_start, other.dlfo_map_end, static_cast<void *>(other.dlfo_link_map), other.dlfo_eh_frame);
    }
}

static int each_object(struct dl_phdr_info *info, size_t, void *)
{
    for (int i = 0; i < info->dlpi_phnum; ++i) {
        const auto &segment = info->dlpi_phdr[i];
        if (segment.p_type == PT_LOAD && segment.p_memsz > 0)
            for (uintptr_t offset : {uintptr_t{0}, uintptr_t(segment.p_memsz / 2), uintptr_t(segment.p_memsz - 1)})
                compare(info->dlpi_addr + segment.p_vaddr + offset);
    }
    return 0;
}

struct Library {
    void *handle;
    int (*catches)();
    void (*touch)();

    explicit Library(const char *path) : handle(dlopen(path, RTLD_NOW | RTLD_LOCAL))
    {
        if (handle == nullptr) {
            std::printf("MISMATCH %s\n", dlerror());
            std::exit(1);
        }
        catches = reinterpret_cast<int (*)()>(dlsym(handle, "catches"));
        touch = reinterpret_cast<void (*)()>(dlsym(handle, "touch"));
    }
};

static bool loaded(const char *path)
{
    void *handle = dlopen(path, RTLD_NOW | RTLD_NOLOAD);
    if (handle != nullptr)
        dlclose(handle);
    return handle != nullptr;
}

static void in_threads(Library &one)
{
    notes.clear();
    std::thread([&] { one.touch(); }).join();
    for (const auto &line : notes)
        std::printf("in a thread: %s\n", line.c_str());
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([] {
            for (int j = 0; j < 200; ++j) {
                struct dl_find_object answer;
                compat__dl_find_object(reinterpret_cast<void *>(&failed), &answer);
            }
        });
    for (auto &thread : threads)
        thread.join();
}

// With a third argument the libraries use the real functions.
int main(int count, char **arguments)
{
    Library one(arguments[1]), two(arguments[2]);
    expect(one.catches() == 1 && notes.size() == 9 && notes.back() == "thrown by one", "an exception of the first library");
    notes.clear();
    expect(two.catches() == 1 && notes.back() == "thrown by two", "an exception of the second library");
    dl_iterate_phdr(each_object, nullptr);
    for (uintptr_t address : {uintptr_t{0}, uintptr_t{1}, uintptr_t(&one), uintptr_t(std::malloc(10)), UINTPTR_MAX})
        compare(address);
    in_threads(one);
    // A library of ours that has registered a destructor stays, one that has not may go.
    if (count < 4)
        dlclose(one.handle);
    expect(loaded(arguments[1]), "the library with destructors was unloaded");
    dlclose(two.handle);
    expect(!loaded(arguments[2]), "the library without destructors was kept");
    std::printf("compared _dl_find_object %ld\ncompared __cxa_thread_atexit_impl 1\n", compared_addresses);
    std::fflush(stdout);
    if (failed)
        return 1;
    ending = true;
    one.touch(); // what it makes in this thread is dropped by exit()
    return 0;
}
#endif
