#include "kernels/crc32c.h"

#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/crc32c_ref.h"

namespace rowsplit {
namespace {

uint32_t Crc(std::string_view bytes) {
  return kernels::Crc32c(reinterpret_cast<const uint8_t*>(bytes.data()),
                         bytes.size());
}

TEST(Crc32c, GivesThePublishedCheckValues) {
  EXPECT_EQ(Crc(""), 0u);
  EXPECT_EQ(Crc("123456789"), 0xE3069283u);
  EXPECT_EQ(Crc(std::string(32, '\0')), 0x8A9136AAu);  // RFC 3720, B.4
  EXPECT_EQ(Crc(std::string(32, '\xFF')), 0x62A8AB43u);
}

TEST(Crc32c, EqualsTheReferenceForEveryLengthAndAlignment) {
  std::mt19937 random(20240501);
  std::vector<uint8_t> bytes(3 * 4096 * 2 + 3 * 128 + 64);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  for (size_t align = 0; align < 9; ++align) {
    for (size_t n = 0; n < 900; ++n) {
      const uint32_t expected = reference::Crc32c(bytes.data() + align, n);
      ASSERT_EQ(kernels::Crc32c(bytes.data() + align, n), expected)
          << align << ' ' << n;
      ASSERT_EQ(kernels::Crc32cTable(bytes.data() + align, n), expected)
          << align << ' ' << n;
    }
  }
  // Around the joins of the interleaved streams.
  for (size_t n : {12287u, 12288u, 12289u, 12671u, 12672u, 12680u, 24575u,
                   24576u, 24577u, 24968u}) {
    const uint32_t expected = reference::Crc32c(bytes.data() + 1, n);
    EXPECT_EQ(kernels::Crc32c(bytes.data() + 1, n), expected) << n;
    EXPECT_EQ(kernels::Crc32cTable(bytes.data() + 1, n), expected) << n;
  }
}

TEST(Crc32c, MasksAsTfrecordDoes) {
  EXPECT_EQ(kernels::MaskCrc32c(0), 0xA282EAD8u);
  EXPECT_EQ(kernels::MaskCrc32c(0xFFFFFFFFu), 0xA282EAD7u);
  EXPECT_EQ(kernels::MaskCrc32c(0x00008000u), 0xA282EAD9u);
}

}  // namespace
}  // namespace rowsplit
