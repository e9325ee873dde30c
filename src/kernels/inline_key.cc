#include "kernels/inline_key.h"

#include <cstdint>
#include <random>

namespace rowsplit::kernels {

namespace {

// Bits 0 and 63 are set, so that a product with a short key keeps its width.
uint64_t RandomWord(std::random_device& device) {
  const uint64_t high = device();
  return high << 32 | device() | uint64_t{1} << 63 | 1;
}

HashSeed& TheSeed() {
  static HashSeed seed = [] {
    std::random_device device;
    return HashSeed{{RandomWord(device), RandomWord(device)}};
  }();
  return seed;
}

}  // namespace

const HashSeed& ProcessHashSeed() { return TheSeed(); }

void FixProcessHashSeed(const HashSeed& seed) { TheSeed() = seed; }

}  // namespace rowsplit::kernels
