#include "vocab/count_selection.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "core/status_macros.h"
#include "vocab/most_common.h"

namespace rowsplit::internal {

CountSelection::CountSelection(SpillFile* file, bool documents,
                               int64_t max_tokens, int64_t budget,
                               size_t block_bytes, size_t max_readers)
    : max_tokens_(max_tokens),
      budget_(budget),
      runs_(file, {documents, CountOrder::kMoreCommon}, block_bytes,
            max_readers) {}

TokenCount CountSelection::CountOf(const Candidate& candidate) const {
  return {{bytes_.data() + candidate.begin, candidate.size},
          candidate.count,
          candidate.documents};
}

bool CountSelection::IsBefore(const Candidate& a, const Candidate& b) const {
  return MoreCommon(CountOf(a), CountOf(b));
}

// Twice the bytes: growing and pruning copy them.
int64_t CountSelection::size_bytes() const {
  return static_cast<int64_t>(2 * bytes_.size() +
                              2 * candidates_.size() * sizeof(Candidate));
}

absl::Status CountSelection::Add(const TokenCount& entry) {
  const int64_t added =
      2 * static_cast<int64_t>(entry.token.size() + sizeof(Candidate));
  const auto is_too_many = [&] {
    return max_tokens_ >= 0 && static_cast<int64_t>(candidates_.size()) / 2 >
                                   std::max<int64_t>(max_tokens_, 512);
  };
  if (is_too_many() || size_bytes() + added > budget_) {
    Prune();
    // Pruning must be worth its time.
    if (size_bytes() + added > budget_ / 4 * 3) {
      ROWSPLIT_RETURN_IF_ERROR(Spill());
    }
  }
  candidates_.push_back(
      {bytes_.size(), entry.token.size(), entry.count, entry.documents});
  bytes_.Append({entry.token.data(), entry.token.size()});
  return absl::OkStatus();
}

void CountSelection::Prune() {
  if (max_tokens_ < 0 ||
      static_cast<int64_t>(candidates_.size()) <= max_tokens_) {
    return;
  }
  std::nth_element(candidates_.begin(), candidates_.begin() + max_tokens_,
                   candidates_.end(),
                   [this](const Candidate& a, const Candidate& b) {
                     return IsBefore(a, b);
                   });
  candidates_.resize(static_cast<size_t>(max_tokens_));
  BufferBuilder<char> kept;
  for (Candidate& candidate : candidates_) {
    const size_t begin = kept.size();
    kept.Append({bytes_.data() + candidate.begin, candidate.size});
    candidate.begin = begin;
  }
  bytes_ = std::move(kept);
}

absl::Status CountSelection::Spill() {
  if (candidates_.empty()) return absl::OkStatus();
  std::sort(candidates_.begin(), candidates_.end(),
            [this](const Candidate& a, const Candidate& b) {
              return IsBefore(a, b);
            });
  ROWSPLIT_ASSIGN_OR_RETURN(
      SpillRun run, runs_.Write([&](CountBlockWriter& writer) -> absl::Status {
        for (const Candidate& candidate : candidates_)
          ROWSPLIT_RETURN_IF_ERROR(writer.Add(CountOf(candidate)));
        return absl::OkStatus();
      }));
  runs_.Append(std::move(run));
  candidates_.clear();
  bytes_.Clear();
  return absl::OkStatus();
}

absl::Status CountSelection::Visit(
    absl::FunctionRef<absl::Status(const TokenCount&)> visit) {
  Prune();
  if (runs_.empty()) {
    std::sort(candidates_.begin(), candidates_.end(),
              [this](const Candidate& a, const Candidate& b) {
                return IsBefore(a, b);
              });
    for (const Candidate& candidate : candidates_)
      ROWSPLIT_RETURN_IF_ERROR(visit(CountOf(candidate)));
    return absl::OkStatus();
  }
  ROWSPLIT_RETURN_IF_ERROR(Spill());
  candidates_ = {};
  bytes_ = {};
  ROWSPLIT_ASSIGN_OR_RETURN(CountMerger merger, runs_.Merge());
  for (int64_t left = max_tokens_; left != 0; --left) {
    ROWSPLIT_ASSIGN_OR_RETURN(const bool has_entry, merger.Next());
    if (!has_entry) break;
    ROWSPLIT_RETURN_IF_ERROR(visit(merger.entry()));
  }
  runs_.Clear();
  return absl::OkStatus();
}

}  // namespace rowsplit::internal
