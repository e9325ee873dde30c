#ifndef ROWSPLIT_SRC_CORPUS_CONFIG_TABLE_H_
#define ROWSPLIT_SRC_CORPUS_CONFIG_TABLE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/status_macros.h"
#include "rowsplit/corpus/config.h"

namespace toml {
inline namespace v3 {
class table;
class node;
}  // namespace v3
}  // namespace toml

namespace rowsplit::internal {

// A word that stands for a value.
template <typename T>
using Choice = std::pair<std::string_view, T>;

// Inclusive.
struct Range {
  int64_t lowest;
  int64_t highest;
};

// "64M" -> 67108864; K, M and G (also KiB, MiB, GiB) are powers of 1024.
std::optional<int64_t> ParseBytes(std::string_view text);

// The known word that is nearest to `word`, or "" if none is near.
std::string_view NearestWord(std::string_view word,
                             std::span<const std::string_view> known);

struct ConfigSource;

// One table of a TOML document that is read key by key. Reading a key that is
// absent leaves the variable as it is. Errors are InvalidArgument and start
// with "source:line: table.key".
class ConfigTable {
 public:
  absl::Status Read(std::string_view key, std::string& value);
  absl::Status Read(std::string_view key, bool& value);
  absl::Status Read(std::string_view key, double& value);
  absl::Status Read(std::string_view key, std::vector<std::string>& value);
  absl::Status Read(std::string_view key, Range range, int64_t& value);
  absl::Status Read(std::string_view key, Range range, int& value);
  // An integer, or a string with a unit (see ParseBytes).
  absl::Status ReadBytes(std::string_view key, Range range, int64_t& value);

  template <typename T>
  absl::Status Read(std::string_view key, std::optional<T>& value) {
    T present{};
    if (!Has(key)) return absl::OkStatus();
    ROWSPLIT_RETURN_IF_ERROR(Read(key, present));
    value = std::move(present);
    return absl::OkStatus();
  }
  absl::Status Read(std::string_view key, Range range,
                    std::optional<int64_t>& value) {
    int64_t present = 0;
    if (!Has(key)) return absl::OkStatus();
    ROWSPLIT_RETURN_IF_ERROR(Read(key, range, present));
    value = present;
    return absl::OkStatus();
  }
  template <typename T, size_t kSize>
  absl::Status Read(std::string_view key, const Choice<T> (&choices)[kSize],
                    T& value) {
    std::string word;
    if (!Has(key)) return absl::OkStatus();
    ROWSPLIT_RETURN_IF_ERROR(Read(key, word));
    std::vector<std::string_view> words;
    for (const auto& [choice, meaning] : choices) {
      if (choice == word) {
        value = meaning;
        return absl::OkStatus();
      }
      words.push_back(choice);
    }
    return UnknownWord(key, word, words);
  }

  // Calls `read` for the table at `key`, or for each element of the array of
  // tables there.
  absl::Status ReadTable(std::string_view key,
                         const std::function<absl::Status(ConfigTable)>& read);
  absl::Status ReadTables(std::string_view key,
                          const std::function<absl::Status(ConfigTable)>& read);

  // Fails if the table has a key that was never asked for.
  absl::Status Finish() const;

  // An error at this table.
  absl::Status Error(std::string_view message) const;

 private:
  friend class ConfigDocument;
  ConfigTable(const ConfigSource* source, const toml::table* table,
              std::string path)
      : source_(source), table_(table), path_(std::move(path)) {}

  bool Has(std::string_view key);
  const toml::node* Find(std::string_view key);
  std::string FullKey(std::string_view key) const;
  absl::Status ErrorAt(std::string_view key, const toml::node& node,
                       std::string_view message) const;
  absl::Status WrongType(std::string_view key, const toml::node& node,
                         std::string_view expected) const;
  absl::Status UnknownWord(std::string_view key, std::string_view word,
                           std::span<const std::string_view> words);

  const ConfigSource* source_;
  const toml::table* table_;
  std::string path_;
  std::vector<std::string_view> asked_;
};

// A parsed TOML document with the command line's values set in it.
class ConfigDocument {
 public:
  static absl::StatusOr<ConfigDocument> Parse(
      std::string_view toml, std::string_view source,
      std::span<const ConfigOverride> overrides);
  ConfigTable root() const;

 private:
  std::shared_ptr<const ConfigSource> source_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORPUS_CONFIG_TABLE_H_
