// A file of partial counts is read as what it says or refused, whatever its
// bytes are, also where every checksum fits; merging agrees with reading.

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "fuzz/input.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/vocab/token_counter.h"
#include "vocab/count_blocks.h"

namespace rowsplit::fuzz {
namespace {

// A file of its own, removed at the end.
class TempFile {
 public:
  TempFile() {
    std::string name = "/tmp/rowsplit-fuzz-XXXXXX";
    const int fd = ::mkstemp(name.data());
    ROWSPLIT_FUZZ_CHECK(fd >= 0);
    ::close(fd);
    path_ = name;
  }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  ~TempFile() { ::unlink(path_.c_str()); }

  const std::string& Write(std::string_view bytes) const {
    std::ofstream(path_, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path_;
  }

 private:
  std::string path_;
};

void CheckFile(std::string_view bytes) {
  static const TempFile file;
  const std::string& path = file.Write(bytes);
  int64_t num_types = 0;
  int64_t num_tokens = 0;
  std::string last;
  const auto info =
      TokenCounter::ReadPartial(path, [&](const TokenCount& token) {
        ROWSPLIT_FUZZ_CHECK(num_types == 0 || last < token.token);
        ROWSPLIT_FUZZ_CHECK(token.count >= 1);
        ROWSPLIT_FUZZ_CHECK(0 <= token.documents &&
                            token.documents <= token.count);
        last = token.token;
        ++num_types;
        num_tokens += token.count;
        return absl::OkStatus();
      });
  const bool documents = info.ok() && info->documents;
  auto counter = TokenCounter::Create({.documents = documents});
  const absl::Status merged = counter->MergePartial(path);
  if (!info.ok()) {
    ROWSPLIT_FUZZ_CHECK(!merged.ok() && counter->num_tokens() == 0);
    return;
  }
  ROWSPLIT_FUZZ_CHECK(merged.ok());
  ROWSPLIT_FUZZ_CHECK(info->num_types == num_types);
  ROWSPLIT_FUZZ_CHECK(info->num_tokens == num_tokens);
  ROWSPLIT_FUZZ_CHECK(*counter->CountTypes() == num_types);
  ROWSPLIT_FUZZ_CHECK(counter->num_tokens() == num_tokens);
}

// Blocks of the input's bytes, with checksums that fit.
std::string Blocks(Input& input) {
  std::string bytes;
  for (uint64_t block = 0; !input.empty() && block < 4; ++block) {
    std::string entries;
    const int64_t num_entries = input.Below(6);
    for (int64_t size = input.Below(64); size > 0; --size)
      entries +=
          static_cast<char>(input.Flag() ? input.Byte() : input.Below(4));
    std::string sizes;
    internal::AppendWord32(static_cast<uint32_t>(entries.size()), sizes);
    internal::AppendWord32(static_cast<uint32_t>(num_entries), sizes);
    bytes += sizes;
    internal::AppendWord64(Xxh3_64(entries, Xxh3_64(sizes, block)), bytes);
    bytes += entries;
  }
  return bytes;
}

std::string WithHeader(std::string_view blocks, Input& input) {
  std::string header = "rscounts";
  internal::AppendWord32(1, header);
  internal::AppendWord32(static_cast<uint32_t>(input.Below(2)), header);
  internal::AppendWord64(64 + blocks.size(), header);
  for (int i = 0; i < 3; ++i)
    internal::AppendWord64(static_cast<uint64_t>(input.Number()), header);
  internal::AppendWord64(0, header);
  internal::AppendWord64(Xxh3_64(header), header);
  return header.append(blocks);
}

}  // namespace
}  // namespace rowsplit::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace fuzz = rowsplit::fuzz;
  fuzz::CheckFile({reinterpret_cast<const char*>(data), size});
  fuzz::Input input(data, size);
  std::string bytes = fuzz::WithHeader(fuzz::Blocks(input), input);
  fuzz::CheckFile(bytes);
  bytes[static_cast<size_t>(input.Word() & INT64_MAX) % bytes.size()] =
      static_cast<char>(input.Byte());
  fuzz::CheckFile(bytes);
  return 0;
}
