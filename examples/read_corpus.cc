// Reads a folder of text and a damaged file in blocks, mends what is broken,
// and shuffles the lines with a bounded buffer. Run in the repository's folder.

#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/rowsplit.h"

namespace {

absl::Status Run() {
  int64_t num_lines = 0;
  std::vector<std::string> shuffled;

  // [shuffle]
  auto shuffle =
      rowsplit::ShuffleBuffer::Create({.buffer_size = 5, .seed = 42});
  if (!shuffle.ok()) return shuffle.status();
  const auto emit = [&](std::string_view record) {
    shuffled.emplace_back(record);
    return absl::OkStatus();
  };
  for (int number = 0; number < 16; ++number) {
    absl::Status status = shuffle->Push(std::to_string(number), emit);
    if (!status.ok()) return status;
  }
  if (absl::Status status = shuffle->Flush(emit); !status.ok()) return status;
  // [shuffle]

  // [read_corpus]
  const auto files = rowsplit::FindInputs(std::vector<std::string>{
      "data_samples/stories/", "data_samples/hostile/invalid_utf8.txt"});
  if (!files.ok()) return files.status();
  auto reader = rowsplit::CorpusReader::Open(
      *files, {.on_error = rowsplit::ErrorPolicy::kReplace});
  if (!reader.ok()) return reader.status();

  rowsplit::RawBlock block;
  rowsplit::RowBatch batch;
  rowsplit::FaultReport faults;
  while (true) {
    const absl::StatusOr<bool> more = reader->ReadBlock(block);
    if (!more.ok()) return more.status();
    if (!*more) break;
    absl::Status status = reader->ParseBlock(block, batch);
    if (!status.ok()) return status;
    num_lines += static_cast<int64_t>(batch.rows.size());
    faults.Merge(batch.faults);
  }
  // [read_corpus]

  std::cout << files->size() << " files, " << num_lines << " lines\n";
  for (const auto& fault : faults) {
    if (fault.total() == 0) continue;
    std::cout << rowsplit::FaultKindName(fault.kind) << ": " << fault.total()
              << ", first " << fault.first.ToString() << '\n';
  }
  for (const std::string& record : shuffled) std::cout << record << ' ';
  std::cout << '\n';
  return absl::OkStatus();
}

}  // namespace

int main() {
  const absl::Status status = Run();
  if (!status.ok()) std::cerr << "read_corpus: " << status << '\n';
  return status.ok() ? 0 : 1;
}
