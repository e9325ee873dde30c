#include "core/decoder.h"

#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/files.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Gzip;
using ::rowsplit::testing::Zstd;
using ::testing::HasSubstr;

struct Decoded {
  std::string text;
  std::string fault;
};

// Feeds `in` in pieces of at most `in_size` and takes pieces of `out_size`.
Decoded Decode(Decoder& decoder, std::string_view in, size_t in_size,
               size_t out_size) {
  Decoded result;
  std::string out(out_size, '\0');
  std::span<const char> piece;
  while (true) {
    if (piece.empty()) {
      piece = {in.data(), std::min(in_size, in.size())};
      in.remove_prefix(piece.size());
    }
    const bool last = piece.empty();
    Decoder::Step step = decoder.Decode(piece, last, out);
    result.text.append(out, 0, step.produced);
    piece = piece.subspan(step.consumed);
    result.fault = step.fault;
    if (step.done || !step.fault.empty()) return result;
    if (step.consumed == 0 && step.produced == 0 && (last || !piece.empty())) {
      result.fault = "stands still";
      return result;
    }
  }
}

Decoded Gunzip(std::string_view in, size_t in_size = 1 << 20,
               size_t out_size = 1 << 20) {
  return Decode(*NewGzipDecoder(), in, in_size, out_size);
}

Decoded Unzstd(std::string_view in, size_t in_size = 1 << 20,
               size_t out_size = 1 << 20) {
  return Decode(*NewZstdDecoder(), in, in_size, out_size);
}

std::string Sample(size_t size) {
  std::mt19937 random(7);
  std::string text;
  while (text.size() < size) {
    text += static_cast<char>('a' + random() % 6);
    if (random() % 5 == 0) text += " the ";
  }
  return text;
}

TEST(GzipDecoder, DecodesMembersInPiecesOfAnySize) {
  const std::string text = Sample(3000);
  const std::string in = Gzip(text) + Gzip("") + Gzip("tail", 0);
  for (const size_t in_size : {1u, 2u, 7u, 100u, 5000u}) {
    for (const size_t out_size : {1u, 3u, 64u, 5000u}) {
      const Decoded decoded = Gunzip(in, in_size, out_size);
      EXPECT_EQ(decoded.text, text + "tail");
      EXPECT_EQ(decoded.fault, "");
    }
  }
}

TEST(GzipDecoder, AcceptsZerosAfterTheLastMember) {
  const std::string in = Gzip("abc") + std::string(513, '\0');
  for (const size_t in_size : {1u, 512u, 5000u}) {
    EXPECT_EQ(Gunzip(in, in_size).fault, "");
    EXPECT_EQ(Gunzip(in, in_size).text, "abc");
  }
  EXPECT_THAT(Gunzip(in + Gzip("more")).fault, HasSubstr("garbage"));
}

TEST(GzipDecoder, NamesWhatIsBroken) {
  const std::string whole = Gzip(Sample(1000));
  EXPECT_THAT(Gunzip("").fault, HasSubstr("empty"));
  EXPECT_THAT(Gunzip("plain text, no gzip").fault, HasSubstr("not gzip"));
  EXPECT_THAT(Gunzip(whole + "junk").fault, HasSubstr("garbage"));
  EXPECT_EQ(Gunzip(whole + "junk").text, Sample(1000));
  for (size_t size = 1; size < whole.size(); ++size) {
    EXPECT_EQ(Gunzip(whole.substr(0, size), 64, 64).fault,
              "ends inside a member")
        << size;
  }
  std::string wrong = whole;
  wrong[wrong.size() - 6] ^= 1;
  EXPECT_THAT(Gunzip(wrong).fault, HasSubstr("check"));
  EXPECT_EQ(Gunzip(wrong).text, Sample(1000)) << "the text is before the fault";
}

TEST(ZstdDecoder, DecodesFramesInPiecesOfAnySize) {
  const std::string text = Sample(3000);
  // A skippable frame of 3 bytes.
  const std::string skippable("\x50\x2A\x4D\x18\x03\x00\x00\x00xyz", 11);
  const std::string in =
      Zstd(text) + skippable + Zstd("") + Zstd("tail", 19) + skippable;
  for (const size_t in_size : {1u, 2u, 7u, 100u, 5000u}) {
    for (const size_t out_size : {1u, 3u, 64u, 5000u}) {
      const Decoded decoded = Unzstd(in, in_size, out_size);
      EXPECT_EQ(decoded.text, text + "tail");
      EXPECT_EQ(decoded.fault, "");
    }
  }
}

TEST(ZstdDecoder, NamesWhatIsBroken) {
  const std::string whole = Zstd(Sample(1000));
  EXPECT_THAT(Unzstd("").fault, HasSubstr("empty"));
  EXPECT_THAT(Unzstd("plain text").fault, HasSubstr("frame"));
  EXPECT_FALSE(Unzstd(whole + "junk!").fault.empty());
  EXPECT_EQ(Unzstd(whole + "junk!").text, Sample(1000));
  for (size_t size = 1; size < whole.size(); ++size) {
    EXPECT_EQ(Unzstd(whole.substr(0, size), 64, 64).fault,
              "ends inside a frame")
        << size;
  }
}

TEST(Decoders, StopOnAnyDamage) {
  std::mt19937_64 random(20261124);
  const std::string gzip = Gzip(Sample(2000));
  const std::string zstd = Zstd(Sample(2000));
  for (int round = 0; round < 2000; ++round) {
    std::string in = round % 2 == 0 ? gzip : zstd;
    for (int flips = static_cast<int>(random() % 4); flips >= 0; --flips) {
      in[random() % in.size()] = static_cast<char>(random());
    }
    const Decoded decoded =
        round % 2 == 0 ? Gunzip(in, 1 + random() % 700, 1 + random() % 700)
                       : Unzstd(in, 1 + random() % 700, 1 + random() % 700);
    ASSERT_NE(decoded.fault, "stands still") << round;
  }
}

// Raw deflate data: gzip data without its header and its trailer.
std::string Deflated(std::string_view text) {
  const std::string gzip = Gzip(text);
  return gzip.substr(10, gzip.size() - 18);
}

Decoded Inflated(std::string_view in, size_t in_size = 1 << 20,
                 size_t out_size = 1 << 20) {
  return Decode(*NewDeflateDecoder(), in, in_size, out_size);
}

TEST(DeflateDecoder, DecodesInPiecesOfAnySize) {
  for (const size_t size : {0, 1, 1000, 300000}) {
    const std::string text = Sample(size);
    const std::string stored = Deflated(text);
    for (const auto& [in_size, out_size] :
         {std::pair<size_t, size_t>{1 << 20, 1 << 20}, {100, 7}, {7, 1000}}) {
      const Decoded decoded = Inflated(stored, in_size, out_size);
      EXPECT_EQ(decoded.fault, "");
      EXPECT_EQ(decoded.text, text);
    }
  }
}

TEST(DeflateDecoder, NamesWhatIsBroken) {
  const std::string stored = Deflated(Sample(1000));
  for (size_t size = 0; size < stored.size(); size += 7) {
    EXPECT_EQ(Inflated(stored.substr(0, size)).fault, "ends inside the stream");
  }
  EXPECT_EQ(Inflated(stored + "x").fault, "garbage after the stream");
  EXPECT_THAT(Inflated("\xFF\xFF\xFF").fault, HasSubstr("invalid block type"));
}

TEST(Crc32, IsThatOfZip) {
  EXPECT_EQ(Crc32("123456789"), 0xCBF43926u);
  EXPECT_EQ(Crc32("6789", Crc32("12345")), 0xCBF43926u);
  EXPECT_EQ(Crc32(""), 0u);
}

}  // namespace
}  // namespace rowsplit::internal
