#include "rowsplit/data/error_policy.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/check.h"

namespace rowsplit {

std::string_view FaultKindName(FaultKind kind) {
  switch (kind) {
    case FaultKind::kInvalidUtf8:
      return "invalid_utf8";
    case FaultKind::kNulByte:
      return "nul_byte";
    case FaultKind::kOverlongLine:
      return "overlong_line";
    case FaultKind::kBrokenGzip:
      return "broken_gzip";
    case FaultKind::kBrokenZstd:
      return "broken_zstd";
    case FaultKind::kBrokenJson:
      return "broken_json";
    case FaultKind::kBrokenTfrecord:
      return "broken_tfrecord";
    case FaultKind::kUnreadableFile:
      return "unreadable_file";
  }
  return "unknown";
}

std::string FaultPlace::ToString() const {
  if (line == 0) return absl::StrFormat("%s: %s", input, detail);
  return absl::StrFormat("%s, %s %d, byte %d: %s", input,
                         record ? "record" : "line", line, byte, detail);
}

absl::Status FaultError(FaultKind kind, const FaultPlace& place) {
  switch (kind) {
    case FaultKind::kBrokenGzip:
    case FaultKind::kBrokenZstd:
    case FaultKind::kBrokenTfrecord:
      return absl::DataLossError(place.ToString());
    case FaultKind::kUnreadableFile:
      return absl::NotFoundError(place.ToString());
    default:
      return absl::InvalidArgumentError(place.ToString());
  }
}

FaultReport::FaultReport() { Clear(); }

void FaultReport::Clear() {
  for (int i = 0; i < kNumFaultKinds; ++i) {
    entries_[i] = Entry{.kind = static_cast<FaultKind>(i), .first = {}};
  }
}

void FaultReport::AddReplaced(FaultKind kind, int64_t count, FaultPlace first) {
  Entry& entry = entries_[static_cast<int>(kind)];
  if (entry.total() == 0) entry.first = std::move(first);
  entry.replaced += count;
}

void FaultReport::AddSkipped(FaultKind kind, FaultPlace place) {
  Entry& entry = entries_[static_cast<int>(kind)];
  if (entry.total() == 0) entry.first = std::move(place);
  ++entry.skipped;
}

void FaultReport::AddReplaced(FaultKind kind, int64_t count) {
  ROWSPLIT_DCHECK(has(kind));
  entries_[static_cast<int>(kind)].replaced += count;
}

void FaultReport::Merge(const FaultReport& later) {
  for (int i = 0; i < kNumFaultKinds; ++i) {
    const Entry& from = later.entries_[i];
    if (from.total() == 0) continue;
    Entry& to = entries_[i];
    if (to.total() == 0) to.first = from.first;
    to.replaced += from.replaced;
    to.skipped += from.skipped;
  }
}

int64_t FaultReport::total() const {
  int64_t sum = 0;
  for (const Entry& entry : entries_) sum += entry.total();
  return sum;
}

}  // namespace rowsplit
