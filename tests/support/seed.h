#ifndef ROWSPLIT_TESTS_SUPPORT_SEED_H_
#define ROWSPLIT_TESTS_SUPPORT_SEED_H_

#include <cstdint>
#include <cstdlib>
#include <random>

#include "gtest/gtest.h"

namespace rowsplit::testing {

// The seed of a property test: `fixed`, unless ROWSPLIT_TEST_SEED is set.
inline uint64_t Seed(uint64_t fixed = 20261124) {
  const char* chosen = std::getenv("ROWSPLIT_TEST_SEED");
  return chosen == nullptr ? fixed : std::strtoull(chosen, nullptr, 10);
}

// A random generator that names its seed when a check in its scope fails:
//
//   ROWSPLIT_SEEDED_RANDOM(random);
//   const size_t size = Below(random, 100);
using Random = std::mt19937_64;
#define ROWSPLIT_SEEDED_RANDOM(name)                                          \
  const uint64_t name##_seed = ::rowsplit::testing::Seed();                   \
  SCOPED_TRACE(::testing::Message() << "ROWSPLIT_TEST_SEED=" << name##_seed); \
  ::rowsplit::testing::Random name(name##_seed)

// A number in [0, end), the same on every machine. Requires end > 0.
inline uint64_t Below(Random& random, uint64_t end) { return random() % end; }

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_SEED_H_
