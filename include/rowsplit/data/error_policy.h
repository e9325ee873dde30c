#ifndef ROWSPLIT_DATA_ERROR_POLICY_H_
#define ROWSPLIT_DATA_ERROR_POLICY_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "rowsplit/core/error_policy.h"  // IWYU pragma: export

namespace rowsplit {

enum class FaultKind {
  kInvalidUtf8,
  kNulByte,
  kOverlongLine,
  kBrokenGzip,
  kBrokenZstd,
  kBrokenJson,
  kBrokenTfrecord,
  kUnreadableFile,
};
inline constexpr int kNumFaultKinds = 8;

// "invalid_utf8", "nul_byte" and so on: the key of a kind in reports.
std::string_view FaultKindName(FaultKind kind);

// Where a fault is.
struct FaultPlace {
  std::string input;
  int64_t line = 0;     // from 1; 0: the fault belongs to no line
  int64_t byte = 0;     // from 0, in the stream after decompression
  std::string detail;   // what is wrong there
  bool record = false;  // `line` counts records, not lines

  // "books/a.txt, line 12, byte 3456: ill-formed UTF-8 (E2 82)"; a fault of no
  // line is "books/a.txt: No such file or directory".
  std::string ToString() const;

  friend bool operator==(const FaultPlace&, const FaultPlace&) = default;
};

// The error that the strict policy stops with: DataLoss for broken containers,
// NotFound for unreadable files, InvalidArgument for the rest.
absl::Status FaultError(FaultKind kind, const FaultPlace& place);

// Counts of what was mended and dropped, and the first place of each kind in
// the order of the stream.
//
//   FaultReport all;
//   for (const RowBatch& batch : batches) all.Merge(batch.faults);
//   for (const FaultReport::Entry& entry : all) Print(entry.kind, entry.first);
class FaultReport {
 public:
  struct Entry {
    FaultKind kind;
    // Ill-formed sequences and NUL bytes that became U+FFFD; lines that were
    // cut.
    int64_t replaced = 0;
    // Lines and records that were dropped; inputs whose rest was dropped.
    int64_t skipped = 0;
    FaultPlace first;  // means nothing while both counts are 0

    int64_t total() const { return replaced + skipped; }
    friend bool operator==(const Entry&, const Entry&) = default;
  };

  FaultReport();

  void AddReplaced(FaultKind kind, int64_t count, FaultPlace first);
  void AddSkipped(FaultKind kind, FaultPlace place);
  // Adds to the count alone. Requires that the kind has a first place.
  void AddReplaced(FaultKind kind, int64_t count);
  // Appends what came later in the stream.
  void Merge(const FaultReport& later);
  void Clear();

  bool has(FaultKind kind) const { return entry(kind).total() > 0; }
  const Entry& entry(FaultKind kind) const {
    return entries_[static_cast<int>(kind)];
  }
  bool empty() const { return total() == 0; }
  int64_t total() const;
  // All kinds, also those without a fault.
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

  friend bool operator==(const FaultReport&, const FaultReport&) = default;

 private:
  std::array<Entry, kNumFaultKinds> entries_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_DATA_ERROR_POLICY_H_
