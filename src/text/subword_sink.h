#ifndef ROWSPLIT_SRC_TEXT_SUBWORD_SINK_H_
#define ROWSPLIT_SRC_TEXT_SUBWORD_SINK_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/wordpiece.h"

namespace rowsplit::internal {

// Gathers the subwords of some rows, as ids or as strings, one after another.
class SubwordSink {
 public:
  SubwordSink() = default;
  explicit SubwordSink(SubwordKind kind) : kind_(kind) {}

  bool wants_ids() const { return kind_ == SubwordKind::kIds; }
  size_t size() const { return starts_.size(); }
  // What is added to the places of the subwords that follow.
  void set_base(Offset base) { base_ = base; }

  // Requires that the ids are wanted.
  void AddId(int64_t id, Offset start, Offset end) {
    ids_.Append(id);
    AddPlace(start, end);
  }
  // The string prefix + text. Requires that strings are wanted.
  void AddString(std::string_view prefix, std::string_view text, Offset start,
                 Offset end) {
    bytes_.Append(std::span<const char>(prefix.data(), prefix.size()));
    bytes_.Append(std::span<const char>(text.data(), text.size()));
    string_ends_.Append(static_cast<Offset>(bytes_.size()));
    AddPlace(start, end);
  }
  // Forgets all but the first `size` subwords.
  void Truncate(size_t size);
  // Replaces the places of the subwords from `first` on. Requires that `map`
  // has them.
  template <typename T>
  void MapPlaces(size_t first, std::span<const T> map) {
    for (size_t i = first; i < size(); ++i) {
      starts_[i] = Offset{map[static_cast<size_t>(starts_[i])]};
      ends_[i] = Offset{map[static_cast<size_t>(ends_[i])]};
    }
  }
  // Adds `by` to the places of the subwords [begin, end).
  void MovePlaces(size_t begin, size_t end, Offset by) {
    for (size_t i = begin; i < end; ++i) {
      starts_[i] += by;
      ends_[i] += by;
    }
  }
  // Where the last subword ends. Requires that there is one.
  void SetLastEnd(Offset end) { ends_[size() - 1] = end; }
  // Room that calls may share.
  std::vector<int32_t>& pieces() { return pieces_; }
  std::string& text() { return text_; }
  // Ends a group of subwords: those of a word in a text.
  void EndGroup() { group_ends_.Append(static_cast<Offset>(size())); }
  size_t num_groups() const { return group_ends_.size(); }

 private:
  friend class SubwordJoiner;

  void AddPlace(Offset start, Offset end) {
    starts_.Append(base_ + start);
    ends_.Append(base_ + end);
  }

  SubwordKind kind_ = SubwordKind::kIds;
  Offset base_ = 0;
  BufferBuilder<int64_t> ids_;
  BufferBuilder<char> bytes_;
  BufferBuilder<Offset> string_ends_;
  BufferBuilder<Offset> starts_;
  BufferBuilder<Offset> ends_;
  BufferBuilder<Offset> group_ends_;
  std::vector<int32_t> pieces_;
  std::string text_;
};

// The subwords of rows whose splits (of bytes or tokens) say how much work each
// is: `tokenize(row, sink)` adds those of one row, and is called by several
// threads. Fails with Cancelled, and with ResourceExhausted
// where a size does not fit 64 bits.
absl::StatusOr<SubwordTokens> MakeSubwordTokens(
    std::span<const Offset> splits, SubwordKind kind, const ExecOptions& exec,
    absl::FunctionRef<void(int64_t row, SubwordSink& sink)> tokenize);

// The same, several rows at a time: `tokenize(begin, end, row_ends, sink)` adds
// the subwords of the rows [begin, end) and sets row_ends[i] to the sink's size
// behind row begin + i. Fails as `tokenize` too.
absl::StatusOr<SubwordTokens> MakeSubwordTokensOfRows(
    std::span<const Offset> splits, SubwordKind kind, const ExecOptions& exec,
    absl::FunctionRef<absl::Status(int64_t begin, int64_t end, Offset* row_ends,
                                   SubwordSink& sink)>
        tokenize);

// The same where `tokenize` ends each group of a row, and adds nothing to a
// group that it does not end.
absl::StatusOr<SubwordGroups> MakeSubwordGroups(
    std::span<const Offset> splits, SubwordKind kind, const ExecOptions& exec,
    absl::FunctionRef<void(int64_t row, SubwordSink& sink)> tokenize);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_SUBWORD_SINK_H_
