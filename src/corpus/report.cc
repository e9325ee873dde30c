#include "rowsplit/corpus/report.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/json_writer.h"
#include "corpus/report_json.h"

namespace rowsplit {

namespace {

using internal::JsonWriter;

// 1234567 -> "1,234,567"
std::string WithCommas(int64_t number) {
  std::string digits = std::to_string(number);
  for (int64_t i = static_cast<int64_t>(digits.size()) - 3;
       i > (number < 0 ? 1 : 0); i -= 3) {
    digits.insert(static_cast<size_t>(i), ",");
  }
  return digits;
}

void AppendLine(std::string& text, std::string_view name, int64_t number,
                std::string_view note = "") {
  absl::StrAppend(
      &text,
      absl::StrFormat("%-22s %15s%s%s\n", std::string(name), WithCommas(number),
                      note.empty() ? "" : "  ", std::string(note)));
}

void WriteFaults(JsonWriter& json, const FaultReport& faults) {
  json.BeginArray();
  for (const FaultReport::Entry& entry : faults) {
    if (entry.total() == 0) continue;
    json.BeginObject();
    json.Member("kind", FaultKindName(entry.kind));
    json.Member("replaced", entry.replaced);
    json.Member("skipped", entry.skipped);
    json.Key("first");
    json.BeginObject();
    json.Member("input", entry.first.input);
    json.Member(entry.first.record ? "record" : "line", entry.first.line);
    json.Member("byte", entry.first.byte);
    json.Member("detail", entry.first.detail);
    json.EndObject();
    json.EndObject();
  }
  json.EndArray();
}

void WriteDropped(JsonWriter& json, const CorpusReport& report,
                  const CorpusConfig& config) {
  json.BeginArray();
  for (size_t step = 0; step < report.dropped_by_step.size(); ++step) {
    if (!DropsRows(config.clean[step])) continue;
    json.BeginObject();
    json.Member("step", static_cast<int64_t>(step) + 1);
    json.Member("rule", DescribeStep(config.clean[step]));
    json.Member("rows", report.dropped_by_step[step]);
    json.EndObject();
  }
  json.EndArray();
}

void WriteChanged(JsonWriter& json, const CorpusReport& report,
                  const CorpusConfig& config) {
  json.BeginArray();
  for (size_t step = 0; step < report.changed_by_step.size(); ++step) {
    if (!CountsChanges(config.clean[step])) continue;
    json.BeginObject();
    json.Member("step", static_cast<int64_t>(step) + 1);
    json.Member("rule", DescribeStep(config.clean[step]));
    json.Member("changes", report.changed_by_step[step]);
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace

int64_t CorpusReport::rows_dropped() const {
  int64_t sum = 0;
  for (const int64_t rows : dropped_by_step) sum += rows;
  return sum;
}

double CorpusReport::oov_share() const {
  const int64_t looked_up = tokens - std::max<int64_t>(0, empty_tokens);
  if (looked_up == 0 || unknown_tokens < 0) return 0;
  return static_cast<double>(unknown_tokens) / static_cast<double>(looked_up);
}

void internal::WriteReportMembers(const CorpusReport& report,
                                  const CorpusConfig& config,
                                  JsonWriter& json) {
  json.Member("inputs", report.inputs);
  json.Member("ignored_files", report.ignored_files);
  if (report.ignored_files > 0) {
    json.Member("first_ignored_file", report.first_ignored_file);
  }
  if (!report.encodings.empty()) {
    json.Key("encodings");
    json.BeginObject();
    for (const auto& [name, inputs] : report.encodings)
      json.Member(name, inputs);
    json.EndObject();
  }
  json.Member("input_bytes", report.input_bytes);
  json.Member("text_bytes", report.text_bytes);
  json.Member("rows", report.rows);
  json.Key("faults");
  WriteFaults(json, report.faults);
  json.Key("dropped");
  WriteDropped(json, report, config);
  json.Key("changed");
  WriteChanged(json, report, config);
  json.Member("tokens", report.tokens);
  const auto write_count = [&](std::string_view key, int64_t count) {
    if (count >= 0) json.Member(key, count);
  };
  write_count("types", report.types);
  write_count("num_ids", report.num_ids);
  write_count("examples", report.examples);
  write_count("short_examples", report.short_examples);
  write_count("dropped_windows", report.dropped_windows);
  write_count("dropped_window_tokens", report.dropped_window_tokens);
  write_count("unknown_tokens", report.unknown_tokens);
  write_count("empty_tokens", report.empty_tokens);
  if (report.unknown_tokens >= 0) {
    json.Member("oov_share", report.oov_share());
  }
  if (!report.warnings.empty()) {
    json.Key("warnings");
    json.BeginArray();
    for (const std::string& warning : report.warnings) json.String(warning);
    json.EndArray();
  }
}

std::string ReportToJson(const CorpusReport& report,
                         const CorpusConfig& config) {
  JsonWriter json(JsonWriter::Style::kPretty);
  json.BeginObject();
  internal::WriteReportMembers(report, config, json);
  json.EndObject();
  return std::move(json).Take();
}

std::string ReportToText(const CorpusReport& report,
                         const CorpusConfig& config) {
  std::string text;
  AppendLine(text, "inputs", report.inputs,
             absl::StrCat(WithCommas(report.input_bytes), " bytes stored"));
  if (report.ignored_files > 0) {
    AppendLine(
        text, "  files ignored", report.ignored_files,
        absl::StrCat("no known ending, first: ", report.first_ignored_file));
  }
  for (const auto& [name, inputs] : report.encodings)
    AppendLine(text, "  in " + name, inputs);
  AppendLine(text, "lines read", report.rows,
             absl::StrCat(WithCommas(report.text_bytes), " bytes of text"));
  for (size_t step = 0; step < report.dropped_by_step.size(); ++step) {
    if (!DropsRows(config.clean[step])) continue;
    AppendLine(text, "  dropped", report.dropped_by_step[step],
               DescribeStep(config.clean[step]));
  }
  for (size_t step = 0; step < report.changed_by_step.size(); ++step) {
    if (!CountsChanges(config.clean[step])) continue;
    AppendLine(text, "  changes", report.changed_by_step[step],
               DescribeStep(config.clean[step]));
  }
  for (const FaultReport::Entry& entry : report.faults) {
    if (entry.total() == 0) continue;
    AppendLine(text, "  " + std::string(FaultKindName(entry.kind)),
               entry.total(),
               absl::StrCat(WithCommas(entry.replaced), " replaced, ",
                            WithCommas(entry.skipped),
                            " skipped, first: ", entry.first.ToString()));
  }
  AppendLine(text, "words", report.tokens);
  if (report.types >= 0) AppendLine(text, "  different", report.types);
  if (report.empty_tokens > 0) {
    AppendLine(text, "  empty", report.empty_tokens,
               "nothing left after standardizing");
  }
  if (report.unknown_tokens >= 0) {
    AppendLine(text, "  out of vocabulary", report.unknown_tokens,
               absl::StrFormat("%.2f %%", 100 * report.oov_share()));
  }
  if (report.num_ids >= 0) {
    AppendLine(text, "ids", report.num_ids, "padding and [UNK] among them");
  }
  if (report.examples >= 0) AppendLine(text, "examples", report.examples);
  if (report.short_examples > 0) {
    AppendLine(text, "  short", report.short_examples,
               "windows at the end with fewer words");
  }
  if (report.dropped_windows > 0) {
    AppendLine(text, "  short, dropped", report.dropped_windows,
               absl::StrCat(WithCommas(report.dropped_window_tokens),
                            " words in none"));
  }
  for (const std::string& warning : report.warnings)
    absl::StrAppend(&text, "warning: ", warning, "\n");
  return text;
}

}  // namespace rowsplit
