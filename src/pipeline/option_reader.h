#ifndef ROWSPLIT_SRC_PIPELINE_OPTION_READER_H_
#define ROWSPLIT_SRC_PIPELINE_OPTION_READER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "core/json.h"
#include "core/status_macros.h"
#include "pipeline/options_json.h"

namespace rowsplit::internal {

// Reads the options that an object has; the others keep their values.
class OptionReader {
 public:
  explicit OptionReader(const JsonValue& object) : object_(object) {}

  template <typename T, size_t kSize>
  absl::Status Word(std::string_view key,
                    const std::pair<std::string_view, T> (&words)[kSize],
                    T& option) const {
    ROWSPLIT_ASSIGN_OR_RETURN(const auto value, object_.Find(key));
    if (!value.has_value()) return absl::OkStatus();
    return ReadWord(*value, words, option);
  }

  absl::Status Int(std::string_view key, int64_t& option) const {
    ROWSPLIT_ASSIGN_OR_RETURN(const auto value, object_.Find(key));
    if (!value.has_value()) return absl::OkStatus();
    ROWSPLIT_ASSIGN_OR_RETURN(option, value->AsInt());
    return absl::OkStatus();
  }

  absl::Status Bool(std::string_view key, bool& option) const {
    ROWSPLIT_ASSIGN_OR_RETURN(const auto value, object_.Find(key));
    if (!value.has_value()) return absl::OkStatus();
    ROWSPLIT_ASSIGN_OR_RETURN(option, value->AsBool());
    return absl::OkStatus();
  }

 private:
  const JsonValue& object_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_PIPELINE_OPTION_READER_H_
