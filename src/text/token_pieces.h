#ifndef ROWSPLIT_SRC_TEXT_TOKEN_PIECES_H_
#define ROWSPLIT_SRC_TEXT_TOKEN_PIECES_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/token_offsets.h"

// Ops that make any number of tokens of each string: each piece of strings
// makes its tokens by itself, then they are put together. Tokens that one
// thread made stay where they are.
namespace rowsplit::internal {

// Appends the tokens of `rows` as spans of the batch's bytes; row_ends[r]
// becomes the size of `tokens` behind row r. Other rows may have left tokens
// before.
using AppendSpans = absl::FunctionRef<absl::Status(
    StringTensorView rows, Offset* row_ends, BufferBuilder<TokenSpan>& tokens)>;

// The tokens of all strings, in the order of the strings whatever the number of
// threads. Fails with ResourceExhausted, naming `op`, if a string lies beyond
// kMaxBatchBytes, and as `append` and with Cancelled.
absl::StatusOr<RaggedTensor<TokenSpan>> SplitIntoSpans(std::string_view op,
                                                       StringTensorView input,
                                                       const ExecOptions& exec,
                                                       AppendSpans append);

// Tokens that are not pieces of their strings.
class TokenList {
 public:
  // The bytes of a token may be appended in parts, and then the token ends; it
  // was made of bytes [start, end) of its string.
  void AppendPart(std::string_view part) {
    bytes_.Append(std::span<const char>(part.data(), part.size()));
  }
  void EndToken(Offset start, Offset end) {
    byte_ends_.Append(static_cast<Offset>(bytes_.size()));
    starts_.Append(start);
    ends_.Append(end);
  }
  void Append(std::string_view token, Offset start, Offset end) {
    AppendPart(token);
    EndToken(start, end);
  }
  // Puts start(s) and end(e) for the offsets of the tokens from `first` on.
  template <typename Start, typename End>
  void MapOffsets(int64_t first, const Start& start, const End& end) {
    for (int64_t token = first; token < size(); ++token) {
      starts_[token] = start(starts_[token]);
      ends_[token] = end(ends_[token]);
    }
  }
  int64_t size() const { return static_cast<int64_t>(starts_.size()); }
  // Where the bytes of a token begin, or those of the last one end.
  Offset ByteBegin(int64_t token) const {
    return token == 0 ? 0 : byte_ends_.data()[token - 1];
  }
  // The bytes of all tokens so far.
  std::span<const char> bytes() const { return bytes_.span(); }

 private:
  friend class TokenListJoiner;

  BufferBuilder<char> bytes_;
  BufferBuilder<Offset> byte_ends_;
  BufferBuilder<Offset> starts_;
  BufferBuilder<Offset> ends_;
};

// Appends the tokens of the string `row` of the input, which is `text`.
using AppendTokens = absl::FunctionRef<absl::Status(
    int64_t row, std::string_view text, TokenList& tokens)>;

// The tokens of all strings, as above. Fails as `append` and with Cancelled.
absl::StatusOr<TokensWithOffsets> MakeTokens(StringTensorView input,
                                             const ExecOptions& exec,
                                             AppendTokens append);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_TOKEN_PIECES_H_
