#include "text/transform.h"

#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "text/gap_text.h"

namespace rowsplit::internal {

struct Transform::Pool {
  std::mutex mutex;
  std::unique_ptr<const icu::Transliterator> first;  // is only cloned
  std::vector<std::unique_ptr<icu::Transliterator>> idle;

  std::unique_ptr<icu::Transliterator> Take() {
    const std::lock_guard<std::mutex> lock(mutex);
    if (idle.empty())
      return std::unique_ptr<icu::Transliterator>(first->clone());
    std::unique_ptr<icu::Transliterator> taken = std::move(idle.back());
    idle.pop_back();
    return taken;
  }
  void GiveBack(std::unique_ptr<icu::Transliterator> taken) {
    const std::lock_guard<std::mutex> lock(mutex);
    idle.push_back(std::move(taken));
  }
};

absl::StatusOr<Transform> Transform::Create(const std::string& id) {
  UErrorCode status = U_ZERO_ERROR;
  auto pool = std::make_shared<Pool>();
  pool->first.reset(icu::Transliterator::createInstance(
      icu::UnicodeString::fromUTF8(id), UTRANS_FORWARD, status));
  if (U_FAILURE(status) != 0 || pool->first == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrFormat("transliterate: ICU knows no transform '%s'", id));
  }
  return Transform(std::move(pool));
}

absl::Status Transform::Map(icu::UnicodeString& text) const {
  std::unique_ptr<icu::Transliterator> own = pool_->Take();
  if (own == nullptr)
    return absl::ResourceExhaustedError("transliterate: ICU made no transform");
  GapText gap(text);
  own->transliterate(gap);
  pool_->GiveBack(std::move(own));
  text = gap.ToString();
  if (gap.overflowed() || text.isBogus()) {
    return absl::ResourceExhaustedError(
        "transliterate: the result has 2^31 UTF-16 units or more");
  }
  return absl::OkStatus();
}

}  // namespace rowsplit::internal
