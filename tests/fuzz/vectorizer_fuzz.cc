// A vectorizer file, or a Keras configuration, that was damaged: it is refused,
// or it is written and read back as the same and makes the same of texts.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/input.h"
#include "support/vectorizer_files.h"

namespace rowsplit::fuzz {
namespace {

constexpr std::string_view kWords[] = {"null",
                                       "true",
                                       "\"\"",
                                       "{",
                                       "}",
                                       "[",
                                       "]",
                                       ",",
                                       ":",
                                       "-1",
                                       "0",
                                       "2",
                                       "0.5",
                                       "1e400",
                                       "9223372036854775807",
                                       "-9223372036854775808",
                                       "4611686018427387904",
                                       "\"tf_idf\"",
                                       "\"multi_hot\"",
                                       "\"int\"",
                                       "\"character\"",
                                       "[1, 2]",
                                       "{\"base64\": \"/w==\"}",
                                       "\"ngrams\": [1, 3],",
                                       "\"num_oov_indices\": 3,",
                                       "\"max_tokens\": 4,",
                                       "\"min_count\": 2,",
                                       "\"pad_to_max_tokens\": true,",
                                       "\xFF"};

// Where a value or a member could begin, or any byte.
size_t Place(const std::string& file, Input& input) {
  const size_t at = static_cast<uint64_t>(input.Word()) % file.size();
  if (input.Below(4) == 0) return at;
  const size_t found = file.find_first_of(":,[{", at);
  return found == std::string::npos ? at : found + 1;
}

// Some words put in, between what is there or in the place of a value.
std::string Damaged(std::string file, Input& input) {
  for (int64_t left = 1 + input.Below(3); left > 0; --left) {
    const size_t at = Place(file, input);
    const size_t end = file.find_first_of(",]}\n", at);
    const size_t size = end == std::string::npos || input.Flag() ? 0 : end - at;
    file.replace(at, size,
                 kWords[static_cast<size_t>(input.Below(std::size(kWords)))]);
  }
  return file;
}

void Check(const std::string& json) {
  const std::string complaint = testing::TryVectorizer(json).complaint;
  if (!complaint.empty()) std::fprintf(stderr, "%s\n", complaint.c_str());
  ROWSPLIT_FUZZ_CHECK(complaint.empty());
}

}  // namespace
}  // namespace rowsplit::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace fuzz = rowsplit::fuzz;
  static const std::vector<std::string> files =
      rowsplit::testing::VectorizerFiles();
  fuzz::Check({reinterpret_cast<const char*>(data), size});
  fuzz::Input input(data, size);
  fuzz::Check(fuzz::Damaged(files[size % files.size()], input));
  return 0;
}
