#ifndef ROWSPLIT_SRC_DATA_JSON_TEXT_H_
#define ROWSPLIT_SRC_DATA_JSON_TEXT_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace rowsplit::internal {

// The steps of a dotted path ("a.b") or a JSON pointer ("/a~1b/0"). Fails for
// "", for an empty step of a dotted path and for a wrong "~".
absl::StatusOr<std::vector<std::string>> ParseJsonPath(std::string_view path);

// Takes one string out of JSON objects and checks the rest of each against the
// grammar. Where a key stands twice, the last one counts. Numbers may have any
// size. One thread at a time.
class JsonTextExtractor {
 public:
  // `path` outlives the extractor.
  explicit JsonTextExtractor(const std::vector<std::string>& path);
  ~JsonTextExtractor();

  // False, with `fault`, unless `line` is one whole object with a string at the
  // path. Requires kBlockPadding readable bytes after `line`. `text` lives as
  // long as `line` and until the next call.
  bool Extract(std::string_view line, std::string_view& text,
               std::string& fault);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_DATA_JSON_TEXT_H_
