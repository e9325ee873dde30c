#include "rowsplit/text/unicode_script.h"

#include <unicode/uscript.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "text/code_point_table.h"

namespace rowsplit {
namespace {

using ScriptTable = internal::CodePointTable<int16_t>;

constexpr int64_t kCodePointsInPiece = 64 << 10;

int32_t AskIcu(int32_t code_point) {
  UErrorCode error = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(code_point, &error);
  return U_SUCCESS(error) ? script : USCRIPT_INVALID_CODE;
}

const ScriptTable& Scripts() {
  static const auto* table =
      new ScriptTable(ScriptTable::Make([](uint32_t code_point) {
        return static_cast<int16_t>(AskIcu(static_cast<int32_t>(code_point)));
      }));
  return *table;
}

}  // namespace

absl::StatusOr<Buffer<int32_t>> UnicodeScript(
    std::span<const int32_t> code_points, const UnicodeScriptOptions& options) {
  BufferBuilder<int32_t> scripts(code_points.size());
  const ScriptTable& table = Scripts();
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, static_cast<int64_t>(code_points.size()),
      kCodePointsInPiece, [&](int64_t begin, int64_t end) {
        for (auto i = static_cast<size_t>(begin); i < static_cast<size_t>(end);
             ++i) {
          const auto point = static_cast<uint32_t>(code_points[i]);
          scripts[i] = point < ScriptTable::kNumCodePoints
                           ? table.At(point)
                           : int32_t{USCRIPT_INVALID_CODE};
        }
        return absl::OkStatus();
      }));
  return std::move(scripts).Build();
}

}  // namespace rowsplit
