#include "core/sha256.h"

#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace rowsplit::internal {
namespace {

std::string DigestOf(std::string_view bytes) {
  Sha256 hash;
  hash.Update(bytes);
  return hash.Finish();
}

// The vectors of FIPS 180-4 and NIST.
TEST(Sha256, HasTheDigestsOfTheStandard) {
  EXPECT_EQ(DigestOf(""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(DigestOf("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(
      DigestOf("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(DigestOf(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnThePortions) {
  for (size_t size = 0; size < 200; ++size) {
    const std::string bytes(size, 'x');
    for (const size_t portion : {1, 7, 63, 64, 65}) {
      Sha256 hash;
      for (size_t begin = 0; begin < size; begin += portion) {
        hash.Update(std::string_view(bytes).substr(begin, portion));
      }
      ASSERT_EQ(hash.Finish(), DigestOf(bytes)) << size << " " << portion;
    }
  }
}

}  // namespace
}  // namespace rowsplit::internal
