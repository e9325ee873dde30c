#include "vocab/count_merge.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/status_macros.h"
#include "vocab/most_common.h"

namespace rowsplit::internal {

namespace {

// The first eight bytes as a number that orders as they do.
uint64_t Head(std::string_view token) {
  uint64_t head = 0;
  const size_t size = std::min<size_t>(token.size(), 8);
  for (size_t i = 0; i < size; ++i) {
    head |= uint64_t{static_cast<unsigned char>(token[i])} << (56 - 8 * i);
  }
  return head;
}

}  // namespace

absl::StatusOr<CountMerger> CountMerger::Create(
    CountOrder order, std::vector<CountBlockReader> readers) {
  CountMerger merger(order, std::move(readers));
  for (uint32_t i = 0; i < merger.readers_.size(); ++i) {
    ROWSPLIT_ASSIGN_OR_RETURN(const bool has_entry, merger.readers_[i].Next());
    if (has_entry) merger.heap_.push_back(merger.NodeOf(i));
  }
  for (size_t i = merger.heap_.size(); i-- > 0;) merger.SiftDown(i);
  return merger;
}

CountMerger::Node CountMerger::NodeOf(uint32_t reader) const {
  const TokenCount& entry = readers_[reader].entry();
  return {order_ == CountOrder::kToken ? Head(entry.token)
                                       : ~static_cast<uint64_t>(entry.count),
          reader};
}

bool CountMerger::IsBefore(const Node& a, const Node& b) const {
  if (a.rank != b.rank) return a.rank < b.rank;
  const TokenCount& a_entry = readers_[a.reader].entry();
  const TokenCount& b_entry = readers_[b.reader].entry();
  return order_ == CountOrder::kToken ? a_entry.token < b_entry.token
                                      : MoreCommon(a_entry, b_entry);
}

void CountMerger::SiftDown(size_t index) {
  const Node node = heap_[index];
  for (size_t child; (child = 2 * index + 1) < heap_.size(); index = child) {
    if (child + 1 < heap_.size() && IsBefore(heap_[child + 1], heap_[child]))
      ++child;
    if (!IsBefore(heap_[child], node)) break;
    heap_[index] = heap_[child];
  }
  heap_[index] = node;
}

absl::Status CountMerger::Advance() {
  const uint32_t reader = heap_.front().reader;
  ROWSPLIT_ASSIGN_OR_RETURN(const bool has_entry, readers_[reader].Next());
  if (has_entry) {
    heap_.front() = NodeOf(reader);
  } else {
    heap_.front() = heap_.back();
    heap_.pop_back();
  }
  if (!heap_.empty()) SiftDown(0);
  return absl::OkStatus();
}

absl::StatusOr<bool> CountMerger::Next() {
  if (heap_.empty()) return false;
  const TokenCount& first = readers_[heap_.front().reader].entry();
  token_.assign(first.token);
  entry_ = {token_, first.count, first.documents};
  ROWSPLIT_RETURN_IF_ERROR(Advance());
  if (order_ == CountOrder::kMoreCommon) return true;
  while (!heap_.empty()) {
    const TokenCount& next = readers_[heap_.front().reader].entry();
    if (next.token != entry_.token) break;
    // The caller keeps the sum of all counts below 2^63.
    entry_.count += next.count;
    entry_.documents += next.documents;
    ROWSPLIT_RETURN_IF_ERROR(Advance());
  }
  return true;
}

absl::StatusOr<SpillRun> CountRuns::Write(
    absl::FunctionRef<absl::Status(CountBlockWriter&)> fill) const {
  SpillRun run;
  CountBlockWriter writer(format_, block_bytes_, [&](std::string_view bytes) {
    return file_->Append(bytes, run);
  });
  absl::Status status = fill(writer);
  if (status.ok()) status = writer.Finish();
  if (!status.ok()) {
    file_->Remove(run);
    return status;
  }
  return run;
}

absl::StatusOr<CountMerger> CountRuns::Open(size_t num_runs) const {
  std::vector<CountBlockReader> readers;
  readers.reserve(num_runs);
  for (size_t i = 0; i < num_runs; ++i) {
    readers.emplace_back(format_,
                         "the temporary file of counts in " + file_->folder(),
                         0, runs_[i].size_bytes,
                         [file = file_, run = &runs_[i]](
                             int64_t offset, char* bytes, int64_t size) {
                           return file->Read(*run, offset, bytes, size);
                         });
  }
  return CountMerger::Create(format_.order, std::move(readers));
}

absl::StatusOr<SpillRun> CountRuns::MergeFirst(size_t num_runs) const {
  ROWSPLIT_ASSIGN_OR_RETURN(CountMerger merger, Open(num_runs));
  return Write([&](CountBlockWriter& writer) -> absl::Status {
    while (true) {
      ROWSPLIT_ASSIGN_OR_RETURN(const bool has_entry, merger.Next());
      if (!has_entry) return absl::OkStatus();
      ROWSPLIT_RETURN_IF_ERROR(writer.Add(merger.entry()));
    }
  });
}

absl::StatusOr<CountMerger> CountRuns::Merge() {
  while (runs_.size() > max_readers_) {
    // The smallest first, and no more than it takes to be left with
    // max_readers_: the rest is read once.
    std::sort(runs_.begin(), runs_.end(),
              [](const SpillRun& a, const SpillRun& b) {
                return a.size_bytes < b.size_bytes;
              });
    const size_t num_merged =
        std::min(max_readers_, runs_.size() - max_readers_ + 1);
    ROWSPLIT_ASSIGN_OR_RETURN(SpillRun merged, MergeFirst(num_merged));
    for (size_t i = 0; i < num_merged; ++i) file_->Remove(runs_[i]);
    runs_.erase(runs_.begin(),
                runs_.begin() + static_cast<int64_t>(num_merged));
    runs_.push_back(std::move(merged));
  }
  return Open(runs_.size());
}

void CountRuns::Clear() {
  for (SpillRun& run : runs_) file_->Remove(run);
  runs_.clear();
}

}  // namespace rowsplit::internal
