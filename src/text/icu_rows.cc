#include "text/icu_rows.h"

#include <unicode/bytestream.h>
#include <unicode/unistr.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "text/append_rows.h"
#include "text/row_pieces.h"

namespace rowsplit::internal {
namespace {

// A string of ICU's has at most 2^31 units, and results are longer.
constexpr size_t kMostBytes = size_t{1} << 30;

// Where ICU writes UTF-8.
class BuilderSink : public icu::ByteSink {
 public:
  explicit BuilderSink(BufferBuilder<char>& output) : output_(output) {}
  void Append(const char* bytes, int32_t size) override {
    output_.Append(std::span<const char>(bytes, static_cast<size_t>(size)));
  }

 private:
  BufferBuilder<char>& output_;
};

}  // namespace

absl::Status AppendByIcu(
    const char* op, std::string_view source,
    absl::FunctionRef<absl::Status(icu::UnicodeString& text)> map,
    BufferBuilder<char>& output) {
  if (source.size() >= kMostBytes) {
    return absl::ResourceExhaustedError(
        absl::StrFormat("%s: a string has %d bytes; ICU takes less than %d", op,
                        source.size(), kMostBytes));
  }
  icu::UnicodeString text = icu::UnicodeString::fromUTF8(
      {source.data(), static_cast<int32_t>(source.size())});
  ROWSPLIT_RETURN_IF_ERROR(map(text));
  BuilderSink sink(output);
  text.toUTF8(sink);
  return absl::OkStatus();
}

absl::StatusOr<StringTensor> MapByIcu(
    const char* op, StringTensorView input, const ExecOptions& exec,
    absl::FunctionRef<absl::Status(icu::UnicodeString& text)> map) {
  return AppendRows(
      CutRows(input.offsets(), kValuesInPiece), exec,
      [&](int64_t row, BufferBuilder<char>& output) -> absl::Status {
        absl::Status status = AppendByIcu(op, input[row], map, output);
        if (status.ok()) return status;
        return absl::Status(status.code(),
                            absl::StrFormat("string %d: %s", row,
                                            std::string(status.message())));
      });
}

}  // namespace rowsplit::internal
