#ifndef ROWSPLIT_SRC_TEXT_CHARSET_DECODER_H_
#define ROWSPLIT_SRC_TEXT_CHARSET_DECODER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/error_policy.h"
#include "rowsplit/core/offset.h"

struct UConverter;  // of ICU

namespace rowsplit::internal {

struct ConverterCloser {
  void operator()(UConverter* converter) const;
};
using ConverterPtr = std::unique_ptr<UConverter, ConverterCloser>;

// A converter of ICU by one of its names. Fails with InvalidArgument if there
// is none; `op` is for the message.
absl::StatusOr<ConverterPtr> OpenConverter(std::string_view op,
                                           const std::string& name);

// An encoding by one of the names that ICU knows, and how it is best decoded.
// Immutable; shared by threads.
class Charset {
 public:
  enum class Kind {
    kUtf8,
    kSingleByte,  // each byte is a code point, by a table
    kConverter    // by ICU
  };

  // Fails with InvalidArgument for an unknown name; `op` is for the message.
  static absl::StatusOr<Charset> Find(std::string_view op,
                                      std::string_view name);

  Kind kind() const { return kind_; }
  const std::string& name() const { return name_; }
  // The code point of each byte, -1 if it has none. Requires kSingleByte.
  const std::array<int32_t, 256>& table() const { return *table_; }

 private:
  std::string name_;
  Kind kind_ = Kind::kUtf8;
  std::shared_ptr<const std::array<int32_t, 256>> table_;
};

// What becomes of ill-formed pieces and of control characters.
struct DecodeRules {
  ErrorPolicy errors = ErrorPolicy::kReplace;  // kSkip leaves them out
  int32_t replacement = 0xFFFD;
  // U+0000 to U+001F are treated as ill-formed pieces, but under kStrict are an
  // error only with `controls_are_faults`.
  bool replace_controls = false;
  bool controls_are_faults = false;
};

// Decodes strings, one by one. Not thread-safe.
class CharsetDecoder {
 public:
  // Fails with ResourceExhausted if ICU can't open its converter again.
  static absl::StatusOr<CharsetDecoder> Open(const Charset& charset);

  // An ill-formed piece.
  struct Fault {
    size_t begin = 0;
    size_t size = 0;  // 0: there is none
  };

  // Appends the code points of `text` and, unless `starts` is null, where in
  // `text` each begins: where the one before it ends. Returns the first
  // ill-formed piece; after one, kStrict stops. Linear.
  Fault Append(std::string_view text, const DecodeRules& rules,
               BufferBuilder<int32_t>& code_points,
               BufferBuilder<Offset>* starts);

 private:
  CharsetDecoder(const Charset& charset, ConverterPtr converter);

  static Fault AppendUtf8(std::string_view text, const DecodeRules& rules,
                          BufferBuilder<int32_t>& code_points,
                          BufferBuilder<Offset>* starts);
  // Calls `emit(code_point, begin, size)` for each character in order, with -1
  // for what is ill-formed, until it returns false.
  template <typename Emit>
  void ForEachCharacter(std::string_view text, const Emit& emit);

  Charset charset_;
  ConverterPtr converter_;  // kConverter only
  // ICU keeps its address.
  std::unique_ptr<bool> is_bad_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_CHARSET_DECODER_H_
