#ifndef ROWSPLIT_VOCAB_VOCABULARY_H_
#define ROWSPLIT_VOCAB_VOCABULARY_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

// A map from tokens to the ids 0 … size()-1, and back. Tokens are bytes; the
// empty token and any byte are allowed. Immutable; copies share memory. Safe to
// read from any number of threads.
//
//   auto vocabulary = Vocabulary::FromTokens(
//       StringTensor::FromStrings(std::vector<std::string_view>{"a", "cat"}));
//   vocabulary->Find("cat");  // 1
//   vocabulary->Find("dog");  // -1
class Vocabulary {
 public:
  // No tokens.
  Vocabulary();

  // The token at index i has the id i. Fails with InvalidArgument if a token
  // comes twice, and names it and both ids; with ResourceExhausted for 2^31 - 2
  // tokens and more.
  static absl::StatusOr<Vocabulary> FromTokens(StringTensor tokens);

  // A token a line: '\n' ends a line, the last one may do without; one '\r'
  // before the end of the line is dropped, any other is part of the token. As
  // in TensorFlow, an empty line is InvalidArgument, a token that comes twice
  // FailedPrecondition (both name the lines), an empty file OutOfRange; a file
  // that can't be opened is NotFound or PermissionDenied.
  static absl::StatusOr<Vocabulary> FromFile(const std::string& path);

  int64_t size() const { return tokens().size(); }
  // Requires `0 <= id < size()`.
  std::string_view token(int64_t id) const { return tokens()[id]; }
  const StringTensor& tokens() const;

  // The id of `token`, or -1.
  int64_t Find(std::string_view token) const;

  // ids[i] becomes `first_id` + the id of the token spans[i] of `bytes`, or
  // `unknown_id`. Allocates nothing and reads nothing outside `bytes`. Requires
  // as many ids as spans, and spans that lie inside `bytes`.
  void FindSpans(std::string_view bytes, std::span<const TokenSpan> spans,
                 std::span<int64_t> ids, int64_t first_id = 0,
                 int64_t unknown_id = -1) const;

  // The memory in use: tokens and table.
  int64_t size_bytes() const;

 private:
  struct Table;
  explicit Vocabulary(std::shared_ptr<const Table> table);

  std::shared_ptr<const Table> table_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_VOCAB_VOCABULARY_H_
