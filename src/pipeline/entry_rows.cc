#include "pipeline/entry_rows.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "pipeline/text_pieces.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {

namespace {

// A piece's text, tokens and ids fit the second-level cache together.
constexpr int64_t kCachedPieceBytes = int64_t{1} << 17;
// Of ids that one thread writes where they stay: enough to be worth the
// kernel's way around the caches.
constexpr int64_t kInPlacePieceBytes = int64_t{1} << 21;
// The first guess at the number of entries, beside the room for a piece: a
// token of English and its space have 5 to 6 bytes.
constexpr int64_t kBytesAnEntry = 4;

// The result while it is written.
class Output {
 public:
  Output(StringTensorView texts, size_t value_size)
      : value_size_(value_size), row_splits_(texts.size() + 1) {
    row_splits_[0] = 0;
    const auto num_bytes = static_cast<int64_t>(texts.text().size());
    Reserve(num_bytes / kBytesAnEntry +
            std::min(num_bytes, kInPlacePieceBytes) / 2);
  }

  int64_t size() const { return size_; }
  int64_t capacity() const { return static_cast<int64_t>(ids_.capacity()); }

  // Room for `count` entries more; what was written moves.
  void MakeRoom(int64_t count) {
    if (size_ + count > capacity()) {
      Reserve(std::max(size_ + count, size_ + size_ / 2));
    }
  }

  // Where entries from `entry` and rows from `row` go.
  EntrySink At(int64_t entry, int64_t row) {
    return {ids_.data() + entry, values_.data() + entry * value_size_,
            row_splits_.data() + row + 1};
  }
  // The next `count` entries and their rows are there; returns the first.
  int64_t Take(int64_t count) { return std::exchange(size_, size_ + count); }

  EntryRows Build() && {
    ids_.ResizeUninitialized(size_);
    values_.ResizeUninitialized(size_ * value_size_);
    return {std::move(ids_).Build(), std::move(values_).Build(),
            std::move(row_splits_).Build()};
  }

 private:
  void Reserve(int64_t capacity) {
    ids_.ResizeUninitialized(size_);
    ids_.Reserve(capacity);
    if (value_size_ == 0) return;
    values_.ResizeUninitialized(size_ * value_size_);
    values_.Reserve(ids_.capacity() * value_size_);
  }

  size_t value_size_;
  BufferBuilder<int64_t> ids_;
  BufferBuilder<std::byte> values_;
  BufferBuilder<Offset> row_splits_;
  int64_t size_ = 0;
};

void ShiftRowEnds(Offset* row_ends, int64_t num_rows, Offset shift) {
  for (int64_t row = 0; row < num_rows; ++row) row_ends[row] += shift;
}

absl::StatusOr<EntryRows> MakeInPlace(StringTensorView texts,
                                      const ExecOptions& exec,
                                      const std::vector<int64_t>& begins,
                                      size_t value_size, EntryMaker& maker) {
  Output output(texts, value_size);
  const auto num_pieces = static_cast<int64_t>(begins.size()) - 1;
  ROWSPLIT_RETURN_IF_ERROR(ParallelFor(
      {.num_threads = 1, .cancellation = exec.cancellation}, num_pieces, 1,
      [&](int64_t piece, int64_t) -> absl::Status {
        const int64_t begin = begins[piece];
        const int64_t end = begins[piece + 1];
        ROWSPLIT_ASSIGN_OR_RETURN(const int64_t most,
                                  maker.Begin(texts.Slice(begin, end)));
        output.MakeRoom(most);
        const EntrySink sink = output.At(output.size(), begin);
        ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size, maker.Write(sink));
        ShiftRowEnds(sink.row_ends, end - begin, output.Take(size));
        return absl::OkStatus();
      }));
  return std::move(output).Build();
}

// A piece on its way through the threads.
struct Piece {
  int64_t index = 0;
  std::unique_ptr<EntryMaker> maker;
  BufferBuilder<int64_t> ids;
  BufferBuilder<std::byte> values;
  BufferBuilder<Offset> row_ends;
  int64_t size = 0;
  // Its place in the result, which may not be there yet.
  int64_t first = 0;
  bool is_late = false;
};

// Passes pieces from threads that make their entries to the result. It may not
// move while they are copied to it: pieces that are too many for it wait, and
// are added at the end.
class ThreadedRun {
 public:
  ThreadedRun(StringTensorView texts, const std::vector<int64_t>& begins,
              size_t value_size,
              const std::function<std::unique_ptr<EntryMaker>()>& new_maker)
      : texts_(texts),
        begins_(begins),
        value_size_(value_size),
        new_maker_(new_maker),
        output_(texts, value_size) {}

  absl::StatusOr<EntryRows> Run(const ExecOptions& exec) {
    OrderedPipeline<Piece> pipeline([this](Piece& piece) {
      piece.index = next_;
      return absl::StatusOr<bool>(next_++ + 1 <
                                  static_cast<int64_t>(begins_.size()));
    });
    pipeline.Parallel([this](Piece& piece) { return Make(piece); })
        .InOrder([this](Piece& piece) { return Place(piece); })
        .Parallel([this](Piece& piece) { return Copy(piece); });
    ROWSPLIT_RETURN_IF_ERROR(pipeline.Run(exec, NumThreads(exec) + 2));
    if (!late_.empty()) {
      output_.MakeRoom(num_late_);
      output_.Take(num_late_);
      for (const Piece& piece : late_) CopyTo(piece);
    }
    return std::move(output_).Build();
  }

 private:
  absl::Status Make(Piece& piece) {
    if (piece.maker == nullptr) piece.maker = new_maker_();
    const int64_t begin = begins_[piece.index];
    const int64_t end = begins_[piece.index + 1];
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t most,
                              piece.maker->Begin(texts_.Slice(begin, end)));
    piece.ids.ResizeUninitialized(most);
    piece.values.ResizeUninitialized(most * value_size_);
    piece.row_ends.ResizeUninitialized(end - begin);
    ROWSPLIT_ASSIGN_OR_RETURN(
        piece.size, piece.maker->Write({piece.ids.data(), piece.values.data(),
                                        piece.row_ends.data()}));
    return absl::OkStatus();
  }

  absl::Status Place(Piece& piece) {
    piece.first = output_.size() + num_late_;
    piece.is_late =
        !late_.empty() || piece.first + piece.size > output_.capacity();
    if (!piece.is_late) {
      output_.Take(piece.size);
      return absl::OkStatus();
    }
    num_late_ += piece.size;
    // Without the room that was not needed, and the maker's memory.
    Piece& late = late_.emplace_back();
    late.index = piece.index;
    late.size = piece.size;
    late.first = piece.first;
    late.ids.Append(piece.ids.span().first(piece.size));
    late.values.Append(piece.values.span().first(piece.size * value_size_));
    late.row_ends.Append(piece.row_ends.span());
    return absl::OkStatus();
  }

  absl::Status Copy(const Piece& piece) {
    if (!piece.is_late) CopyTo(piece);
    return absl::OkStatus();
  }

  void CopyTo(const Piece& piece) {
    const EntrySink sink = output_.At(piece.first, begins_[piece.index]);
    if (piece.size > 0) {
      std::memcpy(sink.ids, piece.ids.data(), piece.size * sizeof(int64_t));
      if (value_size_ > 0) {
        std::memcpy(sink.values, piece.values.data(), piece.size * value_size_);
      }
    }
    for (size_t row = 0; row < piece.row_ends.size(); ++row) {
      sink.row_ends[row] = piece.row_ends.span()[row] + piece.first;
    }
  }

  StringTensorView texts_;
  const std::vector<int64_t>& begins_;
  size_t value_size_;
  const std::function<std::unique_ptr<EntryMaker>()>& new_maker_;
  Output output_;
  int64_t next_ = 0;
  // Only Place touches these before the end.
  std::vector<Piece> late_;
  int64_t num_late_ = 0;
};

}  // namespace

absl::StatusOr<EntryRows> MakeEntryRows(
    StringTensorView texts, const ExecOptions& exec, size_t value_size,
    bool streams,
    const std::function<std::unique_ptr<EntryMaker>()>& new_maker) {
  const bool in_place = streams && NumThreads(exec) == 1;
  ROWSPLIT_ASSIGN_OR_RETURN(
      const std::vector<int64_t> begins,
      CutIntoPieces({texts, {}},
                    in_place ? kInPlacePieceBytes : kCachedPieceBytes));
  if (begins.size() <= 2 || NumThreads(exec) == 1) {
    return MakeInPlace(texts, exec, begins, value_size, *new_maker());
  }
  return ThreadedRun(texts, begins, value_size, new_maker).Run(exec);
}

EntryRows JoinEntryRows(std::vector<EntryRows> parts) {
  if (parts.size() == 1) return std::move(parts[0]);
  BufferBuilder<int64_t> ids;
  BufferBuilder<std::byte> values;
  BufferBuilder<Offset> row_splits;
  row_splits.Append(Offset{0});
  for (EntryRows& part : parts) {
    const auto first = static_cast<Offset>(ids.size());
    for (const Offset row_end : part.row_splits.span().subspan(1)) {
      row_splits.Append(first + row_end);
    }
    ids.Append(part.ids.span());
    values.Append(part.values.span());
    part = {};
  }
  return {std::move(ids).Build(), std::move(values).Build(),
          std::move(row_splits).Build()};
}

}  // namespace rowsplit::internal
