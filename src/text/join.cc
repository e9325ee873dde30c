#include "rowsplit/text/join.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/row_partition.h"
#include "text/row_pieces.h"

namespace rowsplit {
namespace {

// Tokens of at most this many bytes are copied with one move.
constexpr size_t kShort = 16;

// Tokens that are strings of a tensor.
struct StringTokens {
  StringTensorView strings;

  const char* bytes_end() const {
    return strings.bytes().data() + strings.bytes().size();
  }
  std::string_view token(Offset index) const { return strings[index]; }
  absl::Status Check(int64_t, Offset) const { return absl::OkStatus(); }
};

// Tokens that are spans of bytes.
struct SpanTokens {
  std::span<const TokenSpan> spans;
  std::span<const char> bytes;

  const char* bytes_end() const { return bytes.data() + bytes.size(); }
  std::string_view token(Offset index) const {
    return {bytes.data() + spans[index].begin, spans[index].size};
  }
  absl::Status Check(int64_t row, Offset index) const {
    const TokenSpan span = spans[index];
    if (uint64_t{span.begin} + span.size <= bytes.size())
      return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrFormat(
        "Join: a token must end inside the %d bytes: value %d, of row %d, has "
        "begin=%d, size=%d",
        bytes.size(), index, row, span.begin, span.size));
  }
};

template <typename Tokens>
class Joiner {
 public:
  Joiner(std::span<const Offset> splits, Tokens tokens,
         std::string_view separator)
      : splits_(splits), tokens_(tokens), separator_(separator) {}

  absl::Status Measure(const internal::Piece& piece, Offset* row_ends) const {
    Offset size = 0;
    for (int64_t row = piece.begin; row < piece.end; ++row) {
      const Offset num_tokens = splits_[row + 1] - splits_[row];
      if (num_tokens > 0) {
        ROWSPLIT_ASSIGN_OR_RETURN(
            const int64_t separators,
            internal::CheckedMul(num_tokens - 1,
                                 static_cast<int64_t>(separator_.size())));
        ROWSPLIT_ASSIGN_OR_RETURN(size, internal::CheckedAdd(size, separators));
      }
      bool overflows = false;
      for (Offset i = splits_[row]; i < splits_[row + 1]; ++i) {
        ROWSPLIT_RETURN_IF_ERROR(tokens_.Check(row, i));
        overflows |= __builtin_add_overflow(
            size, static_cast<Offset>(tokens_.token(i).size()), &size);
      }
      if (overflows) {
        return absl::ResourceExhaustedError(absl::StrFormat(
            "Join: the size of the result does not fit 64 bits: row %d", row));
      }
      *row_ends++ = size;
    }
    return absl::OkStatus();
  }

  // Writes the rows of a piece to [out, out_end).
  void Write(const internal::Piece& piece, char* out,
             const char* out_end) const {
    const char* const bytes_end = tokens_.bytes_end();
    for (int64_t row = piece.begin; row < piece.end; ++row) {
      for (Offset i = splits_[row]; i < splits_[row + 1]; ++i) {
        if (i > splits_[row]) out = CopySeparator(out);
        const std::string_view token = tokens_.token(i);
        const bool has_room =
            bytes_end - token.data() >= static_cast<ptrdiff_t>(kShort) &&
            out_end - out >= static_cast<ptrdiff_t>(kShort);
        if (token.size() <= kShort && has_room) {
          // What is written beyond the token is written over by the next one.
          std::memcpy(out, token.data(), kShort);
          out += token.size();
        } else {
          out = Copy(token, out);
        }
      }
    }
  }

 private:
  static char* Copy(std::string_view from, char* out) {
    if (!from.empty()) std::memcpy(out, from.data(), from.size());
    return out + from.size();
  }
  char* CopySeparator(char* out) const {
    if (separator_.size() != 1) return Copy(separator_, out);
    *out = separator_[0];
    return out + 1;
  }

  std::span<const Offset> splits_;
  Tokens tokens_;
  std::string_view separator_;
};

template <typename Tokens>
absl::StatusOr<StringTensor> JoinTokens(std::span<const Offset> splits,
                                        Tokens tokens,
                                        std::string_view separator,
                                        const ExecOptions& exec) {
  if (splits.size() < 2) return StringTensor();
  const Joiner<Tokens> joiner(splits, tokens, separator);
  BufferBuilder<char> bytes;
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<Offset> offsets,
      internal::MeasureAndWrite(
          splits, exec,
          [&](const internal::Piece& piece, Offset* row_ends) {
            return joiner.Measure(piece, row_ends);
          },
          [&](int64_t total) {
            bytes.ResizeUninitialized(static_cast<size_t>(total));
          },
          [&](const internal::Piece& piece,
              std::span<const Offset> output_splits) {
            joiner.Write(piece, bytes.data() + piece.output_begin,
                         bytes.data() + output_splits[piece.end]);
            return absl::OkStatus();
          }));
  return StringTensor::FromBytes(
      RowPartition::FromRowSplitsUnchecked(std::move(offsets)),
      std::move(bytes).Build());
}

}  // namespace

absl::StatusOr<StringTensor> Join(const RaggedStringTensor& tokens,
                                  std::string_view separator,
                                  const JoinOptions& options) {
  return JoinTokens(tokens.shape().innermost().row_splits(),
                    StringTokens{tokens.flat_values().view()}, separator,
                    options.exec);
}

absl::StatusOr<StringTensor> Join(RaggedView<TokenSpan> tokens,
                                  std::span<const char> bytes,
                                  std::string_view separator,
                                  const JoinOptions& options) {
  return JoinTokens(tokens.splits, SpanTokens{tokens.values, bytes}, separator,
                    options.exec);
}

}  // namespace rowsplit
