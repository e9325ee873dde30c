#include "corpus/manifest.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/json.h"
#include "core/json_writer.h"
#include "core/status_macros.h"
#include "rowsplit/core/version.h"
#include "rowsplit/text/icu_version.h"

namespace rowsplit::internal {

namespace {

constexpr std::string_view kFormat = "rowsplit.manifest";
constexpr int64_t kFormatVersion = 1;

void WriteInputs(JsonWriter& json, std::span<const InputFile> inputs,
                 std::span<const InputSummary> summaries, bool is_utf8) {
  json.BeginArray();
  for (size_t i = 0; i < inputs.size(); ++i) {
    json.BeginObject();
    json.Member("path", inputs[i].path);
    json.Member("bytes", summaries[i].stored_bytes);
    json.Member("xxh3_128", summaries[i].stored_digest.ToHex());
    json.Member("lines", summaries[i].lines);
    if (!is_utf8) {
      json.Member("encoding", summaries[i].encoding.name);
      json.Member("encoding_confidence",
                  int64_t{summaries[i].encoding.confidence});
    }
    json.EndObject();
  }
  json.EndArray();
}

void WriteFiles(JsonWriter& json, std::span<const ManifestFile> files) {
  json.BeginArray();
  for (const ManifestFile& file : files) {
    json.BeginObject();
    json.Member("name", file.name);
    if (file.records >= 0) json.Member("records", file.records);
    json.Member("bytes", file.size_bytes);
    json.Member("xxh3_128", file.digest.ToHex());
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace

std::string ManifestToJson(const CorpusConfig& config,
                           std::span<const InputFile> inputs,
                           std::span<const InputSummary> summaries,
                           std::span<const ManifestFile> files) {
  JsonWriter json(JsonWriter::Style::kPretty);
  json.BeginObject();
  json.Member("format", kFormat);
  json.Member("format_version", kFormatVersion);
  json.Member("rowsplit_version", Version());
  json.Member("unicode_version", UnicodeVersion());
  json.Member("icu_version", IcuVersion());
  json.Member("config", CorpusConfigToToml(config));
  json.Key("inputs");
  WriteInputs(json, inputs, summaries, config.input.read.encoding == "utf-8");
  json.Key("files");
  WriteFiles(json, files);
  json.EndObject();
  return std::move(json).Take();
}

absl::StatusOr<std::vector<std::string>> ManifestFileNames(
    std::string_view json, std::string_view source) {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue root,
                            JsonValue::Parse(json, source));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view format,
                            root.GetString("format"));
  if (format != kFormat)
    return root.Error("this is no " + std::string(kFormat));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<JsonValue> files,
                            root.GetArray("files"));
  std::vector<std::string> names;
  for (const JsonValue& file : files) {
    ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue value, file.Get("name"));
    ROWSPLIT_ASSIGN_OR_RETURN(const std::string_view name, value.AsString());
    if (name.empty() || name.find('/') != std::string_view::npos ||
        name == "." || name == "..") {
      return value.Error("expected the name of a file in the folder, got " +
                         std::string(name));
    }
    names.emplace_back(name);
  }
  return names;
}

}  // namespace rowsplit::internal
