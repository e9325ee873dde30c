// A frozen vocabulary that was damaged, with checksums that fit or not: opened
// in any mode it is refused, or everything of it can be used. What is opened
// with a full check answers as its own tokens say.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/input.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/vocab/vocabulary.h"
#include "support/frozen_files.h"
#include "vocab/frozen_layout.h"

namespace rowsplit::fuzz {
namespace {

void Use(const std::string& file, const std::vector<std::string>& queries) {
  for (const ChecksumMode mode :
       {ChecksumMode::kFull, ChecksumMode::kSampled, ChecksumMode::kDeferred}) {
    const auto opened =
        Vocabulary::FromBytes(Buffer<char>::Copy(file),
                              {.checksum = mode, .exec = {.num_threads = 1}});
    if (!opened.ok()) continue;
    ROWSPLIT_FUZZ_CHECK(testing::UseAll(*opened, queries));
    const bool good = opened->Check({.num_threads = 1}).ok();
    ROWSPLIT_FUZZ_CHECK(good || mode != ChecksumMode::kFull);
    if (!good) continue;
    for (int64_t id = 0; id < opened->size(); ++id) {
      ROWSPLIT_FUZZ_CHECK(opened->Find(opened->token(id)) == id);
    }
  }
}

// A file with some words of it overwritten.
std::string Damaged(std::string file, Input& input) {
  const int64_t num_words = 1 + input.Below(8);
  for (int64_t i = 0; i < num_words; ++i) {
    const size_t byte =
        static_cast<uint64_t>(input.Word()) % (file.size() / 4) * 4;
    const uint64_t values[] = {static_cast<uint64_t>(input.Word()), 0,
                               ~uint64_t{0}, input.Byte(),
                               static_cast<uint64_t>(file.size())};
    const uint64_t value =
        values[static_cast<size_t>(input.Below(std::size(values)))];
    std::memcpy(file.data() + byte, &value, 4);
  }
  return file;
}

// The header's checksum made right, whatever the header says.
std::string WithHeaderSealed(std::string file) {
  internal::FrozenHeader header;
  std::memcpy(&header, file.data(), sizeof header);
  internal::SealFrozenHeader(header);
  std::memcpy(file.data(), &header, sizeof header);
  return file;
}

}  // namespace
}  // namespace rowsplit::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace fuzz = rowsplit::fuzz;
  namespace testing = rowsplit::testing;
  static const std::vector<std::string> tokens =
      testing::TokensForAFrozenFile();
  static const std::string file = testing::FrozenFileOf(tokens);
  fuzz::Use({reinterpret_cast<const char*>(data), size}, tokens);
  fuzz::Input input(data, size);
  const std::string damaged = fuzz::Damaged(file, input);
  fuzz::Use(damaged, tokens);
  fuzz::Use(fuzz::WithHeaderSealed(damaged), tokens);
  // The parts are where the intact header says.
  std::string lie = damaged;
  lie.replace(0, 256, file, 0, 256);
  fuzz::Use(testing::Resealed(lie), tokens);
  return 0;
}
