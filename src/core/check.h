#ifndef ROWSPLIT_SRC_CORE_CHECK_H_
#define ROWSPLIT_SRC_CORE_CHECK_H_

#include <cstdio>
#include <cstdlib>

// Ends the process when a caller broke a "Requires"; only in builds that define
// ROWSPLIT_ENABLE_DCHECK. Never for bad input data.
#ifdef ROWSPLIT_ENABLE_DCHECK
#define ROWSPLIT_DCHECK(condition)                                          \
  do {                                                                      \
    if (!(condition)) {                                                     \
      std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, \
                   #condition);                                             \
      std::abort();                                                         \
    }                                                                       \
  } while (false)
#else
#define ROWSPLIT_DCHECK(condition) \
  static_cast<void>(sizeof((condition) ? 1 : 0))
#endif

#endif  // ROWSPLIT_SRC_CORE_CHECK_H_
