#include "rowsplit/core/hash.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace rowsplit {
namespace {

// Recorded from tf.fingerprint(..., 'farmhash64').
TEST(Fingerprint64, EqualsTensorFlowsFarmHash) {
  EXPECT_EQ(Fingerprint64(""), 11160318154034397263u);
  EXPECT_EQ(Fingerprint64("a"), 12917804110809363939u);
}

// Recorded from libxxhash 0.8, XXH3_64bits_withSeed.
TEST(Xxh3, TakesASeed) {
  EXPECT_EQ(Xxh3_64(""), 0x2d06800538d394c2u);
  EXPECT_EQ(Xxh3_64("", 7), 0x913ae0873e9b7eb8u);
  EXPECT_EQ(Xxh3_64("a token that is long"),
            Xxh3_64("a token that is long", 0));
  EXPECT_EQ(Xxh3_64("a token that is long", 7), 0x9fb6f2c162019ac9u);
}

TEST(Xxh3Hasher, DoesNotDependOnHowTheStreamIsCut) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += static_cast<char>(i * 31 + i / 7);
  Xxh3Hasher whole;
  whole.Update(text);
  for (size_t piece : {1, 7, 64, 1000}) {
    Xxh3Hasher pieces;
    for (size_t i = 0; i < text.size(); i += piece) {
      pieces.Update(std::string_view(text).substr(i, piece));
    }
    EXPECT_EQ(pieces.Digest(), whole.Digest()) << piece;
  }
}

// The digest that `xxhsum -H2` prints for no bytes.
TEST(Xxh3Hasher, PrintsTheCanonicalDigestOfNoBytes) {
  EXPECT_EQ(Xxh3Hasher().Digest().ToHex(), "99aa06d3014798d86001c324468d497f");
}

TEST(Xxh3Hasher, GoesOnAfterADigestAndAfterAMove) {
  Xxh3Hasher hasher;
  hasher.Update("ab");
  const Digest128 first = hasher.Digest();
  Xxh3Hasher moved = std::move(hasher);
  EXPECT_EQ(moved.Digest(), first);
  moved.Update("c");
  Xxh3Hasher expected;
  expected.Update("abc");
  EXPECT_EQ(moved.Digest(), expected.Digest());
}

// The vectors of the paper's authors: the key is the bytes 0 to 15, message n
// the bytes 0 to n - 1.
TEST(SipHash24, HasTheAuthorsVectors) {
  const std::vector<uint64_t> expected = {
      0x726fdb47dd0e0e31, 0x74f839c593dc67fd, 0x0d6c8009d9a94f5a,
      0x85676696d7fb7e2d, 0xcf2794e0277187b7, 0x18765564cd99a68d,
      0xcbc9466e58fee3ce, 0xab0200f58b01d137, 0x93f5f5799a932462,
      0x9e0082df0ba9e4b0, 0x7a5dbbc594ddb9f3, 0xf4b32f46226bada7,
      0x751e8fbc860ee5fb, 0x14ea5627c0843d90, 0xf723ca908e7af2ee,
      0xa129ca6149be45e5};
  const SipHashKey key = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
  std::string message;
  for (size_t size = 0; size < expected.size(); ++size) {
    EXPECT_EQ(SipHash24(message, key), expected[size]) << size;
    message.push_back(static_cast<char>(size));
  }
}

TEST(MurmurHash64, HasTheValuesOfTensorFlow) {
  EXPECT_EQ(MurmurHash64("") % 101, 27u);
  EXPECT_EQ(MurmurHash64("\x88") % 0x7FFFFFFFFFFFFFFF, 3774922017981572012u);
  EXPECT_EQ(MurmurHash64("The QUICK brown") % 1000, 918u);
  EXPECT_EQ(MurmurHash64("abc") % 1000, 710u);
}

}  // namespace
}  // namespace rowsplit
