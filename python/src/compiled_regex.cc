#include "compiled_regex.h"

#include <pthread.h>

#include <cstddef>
#include <functional>
#include <iterator>
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

// Longer patterns are rare, and may take much memory.
constexpr size_t kMaxPatternBytes = 4096;

// Regexes by pattern, the one used last in front. One that is used for the
// first time after `kCapacity` others takes the place of the last.
class RegexCache {
 public:
  absl::StatusOr<Regex> Get(std::string_view pattern) {
    if (pattern.size() > kMaxPatternBytes) return Regex::Compile(pattern);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (const Regex* regex = Find(pattern)) return *regex;
    }
    // Another thread may compile the same meanwhile: the first one stays.
    absl::StatusOr<Regex> regex = Regex::Compile(pattern);
    if (!regex.ok()) return regex;
    std::list<Regex> last;  // goes without the lock
    const std::lock_guard<std::mutex> lock(mutex_);
    if (const Regex* other = Find(pattern)) return *other;
    Add(*regex, last);
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

  // Moves what it has no room for to `last`.
  void Add(Regex regex, std::list<Regex>& last) {
    if (regexes_.size() == kCapacity) {
      places_.erase(regexes_.back().pattern());
      last.splice(last.begin(), regexes_, std::prev(regexes_.end()));
    }
    regexes_.push_front(std::move(regex));
    places_.emplace(regexes_.front().pattern(), regexes_.begin());
  }

  std::mutex mutex_;
  std::list<Regex> regexes_;
  std::map<std::string, std::list<Regex>::iterator, std::less<>> places_;
};

// Never destroyed: threads may still call while the process ends.
RegexCache*& Cache() {
  static RegexCache* cache = [] {
    // A lock of a thread that a child lacks, of the cache or of a regex, would
    // stay locked there: it begins anew.
    pthread_atfork(nullptr, nullptr, [] { Cache() = new RegexCache; });
    return new RegexCache;
  }();
  return cache;
}

}  // namespace

absl::StatusOr<Regex> CompiledRegex(std::string_view pattern) {
  return Cache()->Get(pattern);
}

}  // namespace rowsplit::python
