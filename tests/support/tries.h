#ifndef ROWSPLIT_TESTS_SUPPORT_TRIES_H_
#define ROWSPLIT_TESTS_SUPPORT_TRIES_H_

namespace rowsplit::testing {

// How many cases a property test tries: `full`, and the first twelfth of them
// in builds with a sanitizer, where each takes so much longer.
constexpr int Tries(int full) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return full / 12;
#else
  return full;
#endif
}

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_TRIES_H_
