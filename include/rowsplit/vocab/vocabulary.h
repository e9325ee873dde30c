#ifndef ROWSPLIT_VOCAB_VOCABULARY_H_
#define ROWSPLIT_VOCAB_VOCABULARY_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

namespace internal {
struct VocabularyAccess;
}  // namespace internal

// How much of a frozen vocabulary is read when it is opened. Whatever the mode
// and the file, a look-up stays inside the file, ends, and gives -1 or an id
// below size(); what is not checked may give wrong ids and tokens.
enum class ChecksumMode : uint8_t {
  // All checksums, then that the table and the tokens belong together: as
  // Vocabulary::Check. O(bytes); the answers are those of the tokens.
  kFull,
  // The header, and the first, the last and up to 14 other blocks of 64 KiB of
  // each section.
  kSampled,
  // The header alone: one page. Check() may follow at any time.
  kDeferred,
};

struct VocabularyOpenOptions {
  ChecksumMode checksum = ChecksumMode::kFull;
  ExecOptions exec = {};
};

// A map from tokens to the ids 0 … size()-1, and back. Tokens are bytes; the
// empty token and any byte are allowed. Immutable; copies share memory. Safe to
// read from any number of threads.
//
//   auto vocabulary = Vocabulary::FromTokens(
//       StringTensor::FromStrings(std::vector<std::string_view>{"a", "cat"}));
//   vocabulary->Find("cat");  // 1
//   vocabulary->Find("dog");  // -1
//
// It can be frozen: written as a file that is mapped, not read, so that opening
// takes the same time for any size, memory is that of the pages touched, and
// processes share it.
//
//   vocabulary->Save("words.rsv");
//   auto mapped = Vocabulary::Open("words.rsv");
//   mapped->Find("cat");  // 1
class Vocabulary {
 public:
  using OpenOptions = VocabularyOpenOptions;

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

  // Maps a file that Save wrote. A damaged file is DataLoss, and the message
  // names the section and the byte; one of another kind is InvalidArgument, one
  // of another version or byte order Unimplemented. The file must not be
  // changed in place while it is mapped; to replace it (as Save does) is safe.
  static absl::StatusOr<Vocabulary> Open(const std::string& path,
                                         const OpenOptions& options = {});
  // The same of the file's bytes, which are copied only if they do not begin at
  // a multiple of 64.
  static absl::StatusOr<Vocabulary> FromBytes(Buffer<char> file,
                                              const OpenOptions& options = {});

  // Writes the frozen file, which appears under its name when it is whole. The
  // same tokens give the same bytes, with any number of threads. O(bytes).
  absl::Status Save(const std::string& path) const;
  // The bytes of that file.
  absl::StatusOr<Buffer<char>> ToBytes() const;

  // What ChecksumMode::kFull checks, of a vocabulary that was opened in another
  // mode. Of one made from tokens, that its table is theirs.
  absl::Status Check(const ExecOptions& exec = {}) const;

  int64_t size() const;
  // Requires `0 <= id < size()`. Where an unchecked file has offsets that make
  // no sense, the token is empty.
  std::string_view token(int64_t id) const;
  // All tokens, without a copy. After Open with kSampled or kDeferred the first
  // call reads the offsets, O(size()); those of a damaged file it puts right,
  // so that they never decrease.
  const StringTensor& tokens() const;

  // The id of `token`, or -1.
  int64_t Find(std::string_view token) const;

  // ids[i] becomes `first_id` + the id of the token spans[i] of `bytes`, or
  // `unknown_id`. Allocates nothing and reads nothing outside `bytes`. Requires
  // as many ids as spans, and spans that lie inside `bytes`.
  void FindSpans(std::string_view bytes, std::span<const TokenSpan> spans,
                 std::span<int64_t> ids, int64_t first_id = 0,
                 int64_t unknown_id = -1) const;

  // The bytes of tokens and table, in memory or mapped.
  int64_t size_bytes() const;

 private:
  struct Table;
  friend struct internal::VocabularyAccess;
  explicit Vocabulary(std::shared_ptr<const Table> table);
  static absl::StatusOr<Vocabulary> OpenFile(Buffer<char> file,
                                             const std::string& name,
                                             bool is_mapped,
                                             const OpenOptions& options);

  std::shared_ptr<const Table> table_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_VOCAB_VOCABULARY_H_
