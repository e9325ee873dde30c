#ifndef ROWSPLIT_SRC_TEXT_SEGMENT_WRITER_H_
#define ROWSPLIT_SRC_TEXT_SEGMENT_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kernels/word_breaks.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "text/break_iterator.h"
#include "text/break_machine.h"

namespace rowsplit::internal {

// Finds the segments of the strings of one piece of a batch. ASCII goes through
// vectors where the rules allow it, other text through the automaton, what a
// dictionary cuts through ICU. Not for several threads at a time.
class SegmentWriter {
 public:
  // `rules` must outlive the writer.
  SegmentWriter(const BreakRules& rules, bool alphanumeric_only);

  // Appends the segments of all rows; row_ends[r] becomes the number of
  // segments in rows 0 to r.
  absl::Status AppendRows(StringTensorView rows, Offset* row_ends,
                          BufferBuilder<TokenSpan>& out);

 private:
  // The places of boundaries and of bytes that are not ASCII in a part of the
  // piece's bytes, found as if it were one ASCII text.
  struct Window {
    size_t begin = 0;
    size_t end = 0;
    std::vector<uint64_t> breaks;
    std::vector<uint64_t> wide;
  };

  absl::Status AppendRow(size_t begin, size_t end,
                         BufferBuilder<TokenSpan>& out);
  absl::Status AppendIllFormed(size_t begin, size_t end,
                               BufferBuilder<TokenSpan>& out);
  absl::Status AppendByIcu(std::string_view text, size_t begin,
                           BufferBuilder<TokenSpan>& out);
  // Runs the automaton from a boundary to the first one at or behind `until`,
  // and returns that.
  absl::StatusOr<size_t> Run(size_t begin, size_t until, size_t end,
                             BufferBuilder<TokenSpan>& out);
  template <bool kAlphanumericOnly>
  absl::StatusOr<size_t> RunSteps(size_t begin, size_t until, size_t end,
                                  BufferBuilder<TokenSpan>& out);
  // Appends the segment of [begin, end) that begins at `begin`, found as ICU
  // does, and returns its end.
  absl::StatusOr<size_t> AppendSlowly(size_t begin, size_t end,
                                      BufferBuilder<TokenSpan>& out);

  void FillWindow(size_t begin);
  // Where ASCII ends: the first other byte of [begin, end) in the window, or
  // its end.
  size_t FindWide(size_t begin, size_t end) const;
  // A place from `begin` on behind which a block is ASCII, or `end`.
  size_t FindAsciiBlock(size_t begin, size_t end) const;
  // Appends the segments of an ASCII text up to the last boundary that is sure,
  // and returns that.
  size_t AppendAscii(size_t begin, size_t row_begin, size_t end,
                     BufferBuilder<TokenSpan>& out);
  // Sets a boundary at `at` of the window if the byte at `mark` is a mark that
  // joins.
  void MendBreak(size_t mark, size_t at);

  bool IsWanted(std::string_view segment) const;
  void Append(size_t begin, size_t end, BufferBuilder<TokenSpan>& out) const;

  const BreakRules& rules_;
  const BreakMachine* machine_;
  const kernels::AsciiWordClasses* ascii_words_;
  bool alphanumeric_only_;
  std::optional<BreakIterator>
      icu_;                // a clone of the rules', once it is needed
  std::string_view text_;  // the bytes of the piece
  uint32_t base_ = 0;      // where they begin in the batch
  Window window_;
  std::vector<size_t> ends_;
  BufferBuilder<char> mended_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_SEGMENT_WRITER_H_
