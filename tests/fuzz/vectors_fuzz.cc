// Files of vectors, as text, word2vec's binary format and fastText's models:
// any bytes and damaged files are read or refused, never more than that; blocks
// and compression change nothing; numbers are those of strtof.

#include <zlib.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/parse_float.h"
#include "embedding/fasttext.h"
#include "embedding/named_rows.h"
#include "embedding/text_format.h"
#include "embedding/word2vec_binary.h"
#include "fuzz/input.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/error_policy.h"

namespace rowsplit::fuzz {
namespace {

using internal::NamedRows;
using internal::ReadRowsOptions;
using internal::TextRowsOptions;

constexpr std::string_view kPieces[] = {"\n",
                                        " ",
                                        "\t",
                                        "a",
                                        "b c",
                                        "1",
                                        "2 2\n",
                                        "3 1\n",
                                        "-1.5e3",
                                        "0",
                                        " .5",
                                        "nan",
                                        "-inf",
                                        "\r\n",
                                        "1e39",
                                        " 7 8",
                                        "9",
                                        "\xFF",
                                        "x ",
                                        " 1 2\n",
                                        "1152921504606846976 2\n",
                                        "2 1152921504606846976\n"};
constexpr std::string_view kNumberBytes = "0123456789..eE+-01";

Buffer<char> FileOf(const std::string& bytes) {
  return Buffer<char>::Copy({bytes.data(), bytes.size()});
}

std::string Gzip(const std::string& text) {
  uLongf size = compressBound(text.size()) + 32;
  std::string out(size, '\0');
  z_stream stream{};
  deflateInit2(&stream, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

void CheckRows(const absl::StatusOr<NamedRows>& rows) {
  if (!rows.ok()) return;
  ROWSPLIT_FUZZ_CHECK(rows->vocabulary.size() == rows->table.num_rows());
  ROWSPLIT_FUZZ_CHECK(internal::AllFinite(rows->table.values().span()));
}

void CheckSame(const absl::StatusOr<NamedRows>& a,
               const absl::StatusOr<NamedRows>& b) {
  // Of several faults, a stream finds another one first.
  ROWSPLIT_FUZZ_CHECK(a.ok() == b.ok());
  if (!a.ok()) return;
  ROWSPLIT_FUZZ_CHECK(a->vocabulary.tokens() == b->vocabulary.tokens());
  ROWSPLIT_FUZZ_CHECK(a->table.bytes().size() == b->table.bytes().size());
  ROWSPLIT_FUZZ_CHECK(a->table.bytes().empty() ||
                      std::memcmp(a->table.bytes().data(),
                                  b->table.bytes().data(),
                                  a->table.bytes().size()) == 0);
  ROWSPLIT_FUZZ_CHECK(a->report == b->report);
}

void CheckText(const std::string& bytes, size_t block_bytes, int64_t max_rows) {
  for (const ErrorPolicy policy :
       {ErrorPolicy::kStrict, ErrorPolicy::kSkip, ErrorPolicy::kReplace}) {
    const ReadRowsOptions options{
        .policy = policy, .max_rows = max_rows, .exec = {.num_threads = 1}};
    const TextRowsOptions blocks{.block_bytes = block_bytes};
    const auto rows = internal::ReadTextRows(FileOf(bytes), "f", options);
    CheckRows(rows);
    CheckSame(rows,
              internal::ReadTextRows(FileOf(bytes), "f", options, blocks));
    CheckSame(rows, internal::ReadTextRows(FileOf(Gzip(bytes)), "f", options,
                                           blocks));
  }
}

void CheckBinary(const std::string& bytes) {
  for (const ErrorPolicy policy :
       {ErrorPolicy::kStrict, ErrorPolicy::kSkip, ErrorPolicy::kReplace}) {
    const ReadRowsOptions options{.policy = policy, .exec = {.num_threads = 1}};
    CheckRows(internal::ReadWord2VecBinary(FileOf(bytes), "f", options));
    const auto vectors =
        internal::ReadFastTextVectors(FileOf(bytes), "f", options);
    if (vectors.ok()) CheckRows(vectors->words);
  }
}

void CheckNumber(const std::string& text) {
  float value = 0;
  char* expected_end;
  const float expected = std::strtof(text.c_str(), &expected_end);
  const char* const end =
      internal::ParseFloat(text.data(), text.data() + text.size(), value);
  ROWSPLIT_FUZZ_CHECK(end == expected_end);
  if (end == text.data()) return;
  ROWSPLIT_FUZZ_CHECK(std::bit_cast<uint32_t>(value) ==
                      std::bit_cast<uint32_t>(expected));
}

template <typename T>
void Put(T value, std::string& bytes) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string FastTextFile() {
  std::string bytes;
  for (const int32_t value :
       {793712314, 12, 2, 5, 5, 1, 5, 1, 2, 2, 3, 2, 4, 100}) {
    Put(value, bytes);
  }
  Put(1e-4, bytes);
  for (const int32_t value : {2, 2, 0}) Put(value, bytes);
  Put(int64_t{9}, bytes);
  Put(int64_t{-1}, bytes);
  for (const std::string_view word : {"of", "the"}) {
    bytes += word;
    Put('\0', bytes);
    Put(int64_t{3}, bytes);
    Put('\0', bytes);
  }
  Put('\0', bytes);
  Put(int64_t{5}, bytes);
  Put(int64_t{2}, bytes);
  for (int i = 0; i < 10; ++i) Put(static_cast<float>(i), bytes);
  return bytes;
}

std::string Word2VecFile() {
  std::string bytes = "2 2\nof ";
  Put(1.5f, bytes);
  Put(2.5f, bytes);
  bytes += "\nthe ";
  Put(3.5f, bytes);
  Put(4.5f, bytes);
  return bytes;
}

// Changes a few bytes, and cuts the end off at times.
std::string Damaged(std::string bytes, Input& input) {
  const int64_t num_changes = 1 + input.Below(3);
  for (int64_t i = 0; i < num_changes; ++i) {
    const auto place = static_cast<size_t>(input.Word() & INT64_MAX);
    bytes[place % bytes.size()] = static_cast<char>(input.Byte());
  }
  if (input.Flag() && input.Flag()) {
    bytes.resize(static_cast<size_t>(input.Byte()) % bytes.size());
  }
  return bytes;
}

}  // namespace
}  // namespace rowsplit::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace fuzz = rowsplit::fuzz;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  fuzz::Input input(data, size);
  const size_t block_bytes = 1 + static_cast<size_t>(input.Below(100));
  const int64_t max_rows = input.Below(4) == 0 ? input.Below(8) : -1;
  std::string text;
  std::string number;
  for (size_t i = 0; i < size; ++i) {
    text += fuzz::kPieces[data[i] % std::size(fuzz::kPieces)];
    number += fuzz::kNumberBytes[data[i] % fuzz::kNumberBytes.size()];
  }
  fuzz::CheckText(bytes, block_bytes, max_rows);
  fuzz::CheckText(text, block_bytes, max_rows);
  fuzz::CheckNumber(number);
  fuzz::CheckBinary(bytes);
  fuzz::CheckBinary(fuzz::Damaged(fuzz::FastTextFile(), input));
  fuzz::CheckBinary(fuzz::Damaged(fuzz::Word2VecFile(), input));
  return 0;
}
