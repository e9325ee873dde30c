#include "compiled_regex.h"

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "rowsplit/text/regex.h"

namespace rowsplit::python {
namespace {

// Regexes by pattern, the one used last in front. One that is used for the
// first time after `kCapacity` others takes the place of the last.
class RegexCache {
 public:
  absl::StatusOr<Regex> Get(std::string_view pattern) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (const Regex* regex = Find(pattern)) return *regex;
    }
    // Another thread may compile the same meanwhile: the first one stays.
    absl::StatusOr<Regex> regex = Regex::Compile(pattern);
    if (!regex.ok()) return regex;
    const std::lock_guard<std::mutex> lock(mutex_);
    if (const Regex* other = Find(pattern)) return *other;
    Add(*regex);
    return regex;
  }

 private:
  static constexpr size_t kCapacity = 32;

  const Regex* Find(std::string_view pattern) {
    const auto found = places_.find(pattern);
    if (found == places_.end()) return nullptr;
    regexes_.splice(regexes_.begin(), regexes_, found->second);
    return &regexes_.front();
  }

  void Add(Regex regex) {
    if (regexes_.size() == kCapacity) {
      places_.erase(regexes_.back().pattern());
      regexes_.pop_back();
    }
    regexes_.push_front(std::move(regex));
    places_.emplace(regexes_.front().pattern(), regexes_.begin());
  }

  std::mutex mutex_;
  std::list<Regex> regexes_;
  std::map<std::string, std::list<Regex>::iterator, std::less<>> places_;
};

}  // namespace

absl::StatusOr<Regex> CompiledRegex(std::string_view pattern) {
  // Never destroyed: threads may still call while the process ends.
  static auto* const cache = new RegexCache;
  return cache->Get(pattern);
}

}  // namespace rowsplit::python
