// A file of an embedding that was damaged, with checksums that fit and that do
// not, and any bytes taken for each format: an error, or an embedding that
// answers.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "embedding/embedding_file.h"
#include "embedding/npy_array.h"
#include "embedding/npz.h"
#include "embedding/safetensors.h"
#include "embedding/stored_array.h"
#include "fuzz/input.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/embedding/embedding.h"
#include "rowsplit/embedding/subwords.h"
#include "support/embedding_files.h"
#include "support/files.h"

namespace rowsplit::fuzz {
namespace {

using internal::StoredArray;

constexpr ExecOptions kExec = {.num_threads = 1};

void UseTable(const EmbeddingTable& table) {
  if (table.num_rows() == 0 || table.width() > 4096) return;
  std::vector<float> row(static_cast<size_t>(table.width()));
  for (const int64_t id : {int64_t{0}, table.num_rows() - 1}) {
    ROWSPLIT_FUZZ_CHECK(table.ReadRow(id, row).ok());
  }
}

void UseArray(const absl::StatusOr<StoredArray>& array) {
  if (!array.ok()) return;
  const auto table = internal::TableOfArray(*array, 100, kExec);
  ROWSPLIT_FUZZ_CHECK(table.ok());
  UseTable(*table);
}

void UseFrozen(const std::string& bytes) {
  const auto parts = internal::OpenEmbeddingFile(
      Buffer<char>::Copy(bytes), "x", ChecksumMode::kDeferred, kExec);
  if (!parts.ok()) return;
  UseTable(parts->table);
  UseTable(parts->subwords.buckets());
  ROWSPLIT_FUZZ_CHECK(parts->vocabulary.Find("t1") < parts->table.num_rows());
}

void UseAs(size_t format, const std::string& bytes) {
  const Buffer<char> file = Buffer<char>::Copy(bytes);
  if (format == 0) UseFrozen(bytes);
  if (format == 0) UseFrozen(testing::ResealedEmbedding(bytes));
  if (format == 1) UseArray(internal::NpyArray(file, "x"));
  if (format == 2) UseArray(internal::NpzArray(file, "", true, "x"));
  if (format == 3) UseArray(internal::SafetensorsArray(file, "", "x"));
}

// One good file of each format.
const std::vector<std::string>& GoodFiles() {
  static const std::vector<std::string>& files = *[] {
    const testing::TempFolder folder;
    const auto embedding = *Embedding::FromParts(
        testing::NumberedTokens(9), testing::NumberedTable(9, 3),
        *SubwordRows::Create(testing::NumberedTable(5, 3), {1, 2}));
    auto* const made = new std::vector<std::string>;
    for (const char* name : {"a.rse", "a.npy", "a.npz", "a.safetensors"}) {
      ROWSPLIT_FUZZ_CHECK(embedding.Save(folder / name).ok());
      made->push_back(folder.Read(name));
    }
    return made;
  }();
  return files;
}

}  // namespace
}  // namespace rowsplit::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace fuzz = rowsplit::fuzz;
  const std::string any(reinterpret_cast<const char*>(data), size);
  fuzz::Input input(data, size);
  for (size_t format = 0; format < fuzz::GoodFiles().size(); ++format) {
    fuzz::UseAs(format, any);
    std::string damaged = fuzz::GoodFiles()[format];
    for (int64_t i = input.Below(4); i >= 0; --i) {
      // Mostly the headers, which are at both ends.
      const auto place = static_cast<size_t>(input.Byte()) << input.Below(3);
      const size_t byte = input.Flag() ? place : damaged.size() - 1 - place;
      if (byte < damaged.size())
        damaged[byte] = static_cast<char>(input.Byte());
    }
    if (input.Below(8) == 0) damaged.resize(damaged.size() / 2);
    fuzz::UseAs(format, damaged);
  }
  return 0;
}
