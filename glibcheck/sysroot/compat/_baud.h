/* Speeds of a terminal as plain numbers; since glibc 2.42. Older ones know codes (B9600 is 015), which are set and read
 * here by the functions of before, whatever glibc is there. A speed that has no code cannot be set: EINVAL.
 */
#pragma once
#include "_versions.h"

IN_VERSION(cfgetispeed, EARLY);
IN_VERSION(cfgetospeed, EARLY);
IN_VERSION(cfsetispeed, EARLY);
IN_VERSION(cfsetospeed, EARLY);
unsigned int cfgetispeed(const void *terminal);
unsigned int cfgetospeed(const void *terminal);
int cfsetispeed(void *terminal, unsigned int code);
int cfsetospeed(void *terminal, unsigned int code);

static const struct {
    unsigned int baud, code;
} speeds[] = {
    {0, 0},           {50, 1},          {75, 2},          {110, 3},         {134, 4},         {150, 5},
    {200, 6},         {300, 7},         {600, 8},         {1200, 9},        {1800, 10},       {2400, 11},
    {4800, 12},       {9600, 13},       {19200, 14},      {38400, 15},
#ifdef __powerpc64__
#define HIGH 000020
#else
#define HIGH 010001
#endif
    {57600, HIGH},        {115200, HIGH + 1},   {230400, HIGH + 2},   {460800, HIGH + 3},   {500000, HIGH + 4},
    {576000, HIGH + 5},   {921600, HIGH + 6},   {1000000, HIGH + 7},  {1152000, HIGH + 8},  {1500000, HIGH + 9},
    {2000000, HIGH + 10}, {2500000, HIGH + 11}, {3000000, HIGH + 12}, {3500000, HIGH + 13}, {4000000, HIGH + 14},
};

#define SPEEDS (sizeof speeds / sizeof speeds[0])

/* Give the code of a speed; no code for ~0. */
static inline unsigned int code_of(unsigned int baud)
{
    for (size_t i = 0; i < SPEEDS; ++i)
        if (speeds[i].baud == baud)
            return speeds[i].code;
    return ~0u;
}

static inline unsigned int baud_of(unsigned int code)
{
    for (size_t i = 0; i < SPEEDS; ++i)
        if (speeds[i].code == code)
            return speeds[i].baud;
    return ~0u;
}

#define GET(symbol, old)                            \
    COMPAT unsigned int symbol(const void *terminal) \
    {                                               \
        return baud_of(old(terminal));              \
    }

#define SET(symbol, ...)                            \
    COMPAT int symbol(void *terminal, unsigned int baud) \
    {                                               \
        unsigned int code = code_of(baud);          \
        if (code == ~0u) {                          \
            errno = EINVAL;                         \
            return -1;                              \
        }                                           \
        return __VA_ARGS__;                         \
    }
