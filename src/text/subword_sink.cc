#include "text/subword_sink.h"

#include <cstring>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "text/row_pieces.h"

namespace rowsplit::internal {

void SubwordSink::Truncate(size_t size) {
  starts_.ResizeUninitialized(size);
  ends_.ResizeUninitialized(size);
  if (wants_ids()) {
    ids_.ResizeUninitialized(size);
    return;
  }
  string_ends_.ResizeUninitialized(size);
  bytes_.ResizeUninitialized(
      size == 0 ? 0 : static_cast<size_t>(string_ends_[size - 1]));
}

// Puts the pieces that threads made one behind another.
class SubwordJoiner {
 private:
  template <typename T>
  auto Member(BufferBuilder<T> SubwordSink::* member) {
    return [this, member](size_t piece) -> BufferBuilder<T>& {
      return sinks_[piece].*member;
    };
  }

 public:
  SubwordJoiner(std::span<const Offset> splits, SubwordKind kind,
                const ExecOptions& exec, bool has_groups)
      : kind_(kind),
        exec_(exec),
        has_groups_(has_groups),
        borders_(CutRows(splits, kValuesInPiece)),
        // What one thread makes stays where it is.
        sinks_(NumThreads(exec) == 1 ? 1 : borders_.size() - 1),
        row_ends_(sinks_.size()) {
    for (SubwordSink& sink : sinks_) sink = SubwordSink(kind);
    if (sinks_.size() == 1)
      row_ends_[0].ResizeUninitialized(static_cast<size_t>(borders_.back()));
  }

  absl::Status TokenizeRows(
      absl::FunctionRef<absl::Status(int64_t, int64_t, Offset*, SubwordSink&)>
          tokenize) {
    const auto num_pieces = static_cast<int64_t>(borders_.size()) - 1;
    const bool is_alone = sinks_.size() == 1;
    return ParallelFor(
        exec_, num_pieces, 1, [&](int64_t piece, int64_t last) -> absl::Status {
          for (; piece < last; ++piece) {
            const int64_t begin = borders_[piece];
            const int64_t end = borders_[piece + 1];
            BufferBuilder<Offset>& row_ends = row_ends_[is_alone ? 0 : piece];
            if (!is_alone)
              row_ends.ResizeUninitialized(static_cast<size_t>(end - begin));
            ROWSPLIT_RETURN_IF_ERROR(
                tokenize(begin, end, row_ends.data() + (is_alone ? begin : 0),
                         sinks_[is_alone ? 0 : piece]));
          }
          return absl::OkStatus();
        });
  }
  absl::Status Tokenize(
      absl::FunctionRef<void(int64_t, SubwordSink&)> tokenize) {
    return TokenizeRows([&](int64_t row, int64_t end, Offset* row_ends,
                            SubwordSink& sink) {
      for (; row < end; ++row) {
        tokenize(row, sink);
        *row_ends++ =
            static_cast<Offset>(has_groups_ ? sink.num_groups() : sink.size());
      }
      return absl::OkStatus();
    });
  }

  absl::StatusOr<SubwordGroups> Join() {
    SubwordGroups groups;
    ROWSPLIT_ASSIGN_OR_RETURN(
        groups.groups, JoinEnds([this](size_t piece) -> BufferBuilder<Offset>& {
          return row_ends_[piece];
        }));
    SubwordTokens& subwords = groups.subwords;
    if (has_groups_) {
      ROWSPLIT_ASSIGN_OR_RETURN(subwords.rows,
                                JoinEnds(Member(&SubwordSink::group_ends_)));
    }
    ROWSPLIT_ASSIGN_OR_RETURN(subwords.starts,
                              JoinValues(Member(&SubwordSink::starts_)));
    ROWSPLIT_ASSIGN_OR_RETURN(subwords.ends,
                              JoinValues(Member(&SubwordSink::ends_)));
    if (kind_ == SubwordKind::kIds) {
      ROWSPLIT_ASSIGN_OR_RETURN(subwords.ids,
                                JoinValues(Member(&SubwordSink::ids_)));
      return groups;
    }
    ROWSPLIT_ASSIGN_OR_RETURN(RowPartition offsets,
                              JoinEnds(Member(&SubwordSink::string_ends_)));
    ROWSPLIT_ASSIGN_OR_RETURN(Buffer<char> bytes,
                              JoinValues(Member(&SubwordSink::bytes_)));
    ROWSPLIT_ASSIGN_OR_RETURN(
        subwords.strings,
        StringTensor::FromBytes(std::move(offsets), std::move(bytes)));
    return groups;
  }

 private:
  absl::Status ForEachPiece(absl::FunctionRef<void(size_t piece)> work) {
    const auto num_pieces = static_cast<int64_t>(sinks_.size());
    return ParallelFor(exec_, num_pieces, 1, [&](int64_t piece, int64_t end) {
      for (; piece < end; ++piece) work(static_cast<size_t>(piece));
      return absl::OkStatus();
    });
  }

  // The values of all pieces; each piece's memory goes when it is copied.
  template <typename Get>
  auto JoinValues(const Get& get)
      -> absl::StatusOr<Buffer<std::remove_cvref_t<decltype(get(0)[0])>>> {
    using T = std::remove_cvref_t<decltype(get(0)[0])>;
    if (sinks_.size() == 1) return std::move(get(0)).Build();
    std::vector<int64_t> begins = {0};
    for (size_t piece = 0; piece < sinks_.size(); ++piece) {
      ROWSPLIT_ASSIGN_OR_RETURN(
          const int64_t end,
          CheckedAdd(begins.back(), static_cast<int64_t>(get(piece).size())));
      begins.push_back(end);
    }
    BufferBuilder<T> joined(static_cast<size_t>(begins.back()));
    ROWSPLIT_RETURN_IF_ERROR(ForEachPiece([&](size_t piece) {
      BufferBuilder<T>& part = get(piece);
      if (!part.empty()) {
        std::memcpy(joined.data() + begins[piece], part.data(),
                    part.size() * sizeof(T));
      }
      part = BufferBuilder<T>();
    }));
    return std::move(joined).Build();
  }

  // The ends of all pieces as row splits: each piece counts from 0, and its
  // last end is its size.
  template <typename Get>
  absl::StatusOr<RowPartition> JoinEnds(const Get& get) {
    std::vector<int64_t> places = {1};
    std::vector<Offset> shifts = {0};
    for (size_t piece = 0; piece < sinks_.size(); ++piece) {
      BufferBuilder<Offset>& ends = get(piece);
      places.push_back(places.back() + static_cast<int64_t>(ends.size()));
      ROWSPLIT_ASSIGN_OR_RETURN(
          const Offset shift,
          CheckedAdd(shifts.back(), ends.empty() ? 0 : ends[ends.size() - 1]));
      shifts.push_back(shift);
    }
    BufferBuilder<Offset> splits(static_cast<size_t>(places.back()));
    splits[0] = 0;
    ROWSPLIT_RETURN_IF_ERROR(ForEachPiece([&](size_t piece) {
      Offset* out = splits.data() + places[piece];
      for (const Offset end : get(piece).span()) *out++ = end + shifts[piece];
      get(piece) = BufferBuilder<Offset>();
    }));
    return RowPartition::FromRowSplitsUnchecked(std::move(splits).Build());
  }

  SubwordKind kind_;
  const ExecOptions& exec_;
  bool has_groups_;
  std::vector<int64_t> borders_;
  std::vector<SubwordSink> sinks_;
  std::vector<BufferBuilder<Offset>> row_ends_;
};

absl::StatusOr<SubwordTokens> MakeSubwordTokens(
    std::span<const Offset> splits, SubwordKind kind, const ExecOptions& exec,
    absl::FunctionRef<void(int64_t row, SubwordSink& sink)> tokenize) {
  SubwordJoiner joiner(splits, kind, exec, false);
  ROWSPLIT_RETURN_IF_ERROR(joiner.Tokenize(tokenize));
  ROWSPLIT_ASSIGN_OR_RETURN(SubwordGroups joined, joiner.Join());
  joined.subwords.rows = std::move(joined.groups);
  return std::move(joined.subwords);
}

absl::StatusOr<SubwordTokens> MakeSubwordTokensOfRows(
    std::span<const Offset> splits, SubwordKind kind, const ExecOptions& exec,
    absl::FunctionRef<absl::Status(int64_t begin, int64_t end, Offset* row_ends,
                                   SubwordSink& sink)>
        tokenize) {
  SubwordJoiner joiner(splits, kind, exec, false);
  ROWSPLIT_RETURN_IF_ERROR(joiner.TokenizeRows(tokenize));
  ROWSPLIT_ASSIGN_OR_RETURN(SubwordGroups joined, joiner.Join());
  joined.subwords.rows = std::move(joined.groups);
  return std::move(joined.subwords);
}

absl::StatusOr<SubwordGroups> MakeSubwordGroups(
    std::span<const Offset> splits, SubwordKind kind, const ExecOptions& exec,
    absl::FunctionRef<void(int64_t row, SubwordSink& sink)> tokenize) {
  SubwordJoiner joiner(splits, kind, exec, true);
  ROWSPLIT_RETURN_IF_ERROR(joiner.Tokenize(tokenize));
  return joiner.Join();
}

}  // namespace rowsplit::internal
