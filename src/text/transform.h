#ifndef ROWSPLIT_SRC_TEXT_TRANSFORM_H_
#define ROWSPLIT_SRC_TEXT_TRANSFORM_H_

#include <unicode/unistr.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace rowsplit::internal {

// A transform of ICU's. ICU's own keep a state while they run, so each call
// takes one that no other call has, and gives it back. Copies share them.
class Transform {
 public:
  // Fails with InvalidArgument if ICU does not know the id.
  static absl::StatusOr<Transform> Create(const std::string& id);

  // Maps a string in place; by several threads. Fails with ResourceExhausted
  // if ICU has no memory or the result is too large for it.
  absl::Status Map(icu::UnicodeString& text) const;

 private:
  struct Pool;
  explicit Transform(std::shared_ptr<Pool> pool) : pool_(std::move(pool)) {}

  std::shared_ptr<Pool> pool_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_TRANSFORM_H_
