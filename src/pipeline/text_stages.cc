#include "pipeline/text_stages.h"

#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "rowsplit/core/offset.h"
#include "text/regex_replacer.h"

namespace rowsplit::internal {

namespace {

std::string_view RowText(const TextRows& text, TokenSpan row) {
  return {text.bytes.data() + row.begin, row.size};
}

void RunMap(const kernels::CompiledByteMap& map, TextRows& text) {
  auto* const bytes = reinterpret_cast<uint8_t*>(text.bytes.data());
  if (!map.drops()) {
    kernels::MapBytes(map, bytes, text.bytes.size(), bytes);
    return;
  }
  for (TokenSpan& row : text.rows.span()) {
    uint8_t* begin = bytes + row.begin;
    row.size = static_cast<uint32_t>(
        kernels::MapAndDropBytes(map, begin, row.size, begin));
  }
}

// `step_of` gives the step that drops a row, or -1.
void RunFilter(absl::FunctionRef<int64_t(std::string_view row)> step_of,
               TextRows& text, TextPlan::Result* result) {
  size_t kept = 0;
  for (size_t row = 0; row < text.rows.size(); ++row) {
    const int64_t step = step_of(RowText(text, text.rows[row]));
    if (step >= 0) {
      if (result != nullptr) ++result->dropped[static_cast<size_t>(step)];
      continue;
    }
    text.rows[kept] = text.rows[row];
    if (result != nullptr) result->kept[kept] = result->kept[row];
    ++kept;
  }
  if (result != nullptr) result->kept.resize(kept);
  text.rows.ResizeUninitialized(kept);
}

// New bytes for all rows. `append` appends those of a row, given by where it
// begins and its size.
absl::Status RewriteRows(
    std::string_view name, TextRows& text,
    absl::FunctionRef<absl::Status(TokenSpan row, BufferBuilder<char>& output)>
        append) {
  BufferBuilder<char> output;
  output.Reserve(text.bytes.size() + text.bytes.size() / 8);
  for (TokenSpan& row : text.rows.span()) {
    const size_t begin = output.size();
    ROWSPLIT_RETURN_IF_ERROR(append(row, output));
    if (output.size() > static_cast<size_t>(kMaxBatchBytes)) {
      return absl::ResourceExhaustedError(
          absl::StrFormat("%s made a batch of rows larger than %d bytes", name,
                          kMaxBatchBytes));
    }
    row = {static_cast<uint32_t>(begin),
           static_cast<uint32_t>(output.size() - begin)};
  }
  std::swap(text.bytes, output);
  return absl::OkStatus();
}

absl::Status RunRegex(const RegexStage& stage, TextRows& text) {
  const RegexReplacer replacer(stage.regex, stage.rewrite,
                               stage.replace_global);
  return RewriteRows(absl::StrFormat("replacing \"%s\"", stage.regex.pattern()),
                     text, [&](TokenSpan row, BufferBuilder<char>& output) {
                       replacer.Append(RowText(text, row), output);
                       return absl::OkStatus();
                     });
}

absl::Status RunPlain(const PlainStage& stage, TextRows& text) {
  PlainReplacer::Scan scan(stage.replacer,
                           {text.bytes.data(), text.bytes.size()});
  return RewriteRows("replacing", text,
                     [&](TokenSpan row, BufferBuilder<char>& output) {
                       scan.AppendRow(row.begin, row.end(), output);
                       return absl::OkStatus();
                     });
}

absl::Status RunRows(const RowStage& stage, TextRows& text,
                     TextPlan::Result* result) {
  int64_t changed = 0;
  ROWSPLIT_RETURN_IF_ERROR(RewriteRows(
      stage.name, text,
      [&](TokenSpan row, BufferBuilder<char>& output) -> absl::Status {
        ROWSPLIT_ASSIGN_OR_RETURN(const int64_t changes,
                                  stage.append(RowText(text, row), output));
        changed += changes;
        return absl::OkStatus();
      }));
  if (result != nullptr) result->changed[stage.step] += changed;
  return absl::OkStatus();
}

absl::Status RunCase(const CaseStage& stage, TextRows& text) {
  BufferBuilder<char> mapped;
  mapped.Reserve(text.bytes.size() + text.bytes.size() / 8);
  stage.mapper->AppendRows({text.bytes.data(), text.bytes.size()},
                           text.rows.span(), mapped);
  if (mapped.size() > static_cast<size_t>(kMaxBatchBytes)) {
    return absl::ResourceExhaustedError(
        absl::StrFormat("%s made a batch of rows larger than %d bytes",
                        stage.name, kMaxBatchBytes));
  }
  std::swap(text.bytes, mapped);
  return absl::OkStatus();
}

std::string DescribeFilter(const FilterStage& filter) {
  const std::vector<Regex>& regexes = filter.patterns.regexes();
  std::string text = "drop rows that fully match ";
  for (size_t i = 0; i < regexes.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "\"" : " or \"", regexes[i].pattern(),
                    "\"");
  }
  return text;
}

}  // namespace

absl::Status RunStage(const Stage& stage, TextRows& text,
                      TextPlan::Result* result) {
  if (const auto* map = std::get_if<MapStage>(&stage)) {
    RunMap(map->map, text);
    return absl::OkStatus();
  }
  if (const auto* filter = std::get_if<FilterStage>(&stage)) {
    RunFilter(
        [&](std::string_view row) {
          const int first = filter->patterns.FirstMatch(row);
          return first < 0 ? int64_t{-1}
                           : static_cast<int64_t>(filter->first_step) + first;
        },
        text, result);
    return absl::OkStatus();
  }
  if (const auto* drop = std::get_if<DropStage>(&stage)) {
    RunFilter(
        [&](std::string_view row) {
          return drop->drops(row) ? static_cast<int64_t>(drop->step)
                                  : int64_t{-1};
        },
        text, result);
    return absl::OkStatus();
  }
  if (const auto* plain = std::get_if<PlainStage>(&stage))
    return RunPlain(*plain, text);
  if (const auto* unicode = std::get_if<CaseStage>(&stage))
    return RunCase(*unicode, text);
  if (const auto* rows = std::get_if<RowStage>(&stage))
    return RunRows(*rows, text, result);
  return RunRegex(std::get<RegexStage>(stage), text);
}

std::string DescribeStage(const Stage& stage) {
  if (const auto* filter = std::get_if<FilterStage>(&stage))
    return DescribeFilter(*filter);
  if (const auto* replace = std::get_if<RegexStage>(&stage)) {
    return absl::StrFormat("replace %s match of \"%s\" by \"%s\", row by row",
                           replace->replace_global ? "every" : "the first",
                           replace->regex.pattern(), replace->rewrite.text());
  }
  if (const auto* plain = std::get_if<PlainStage>(&stage)) {
    return absl::StrCat(plain->description, plain->replacer.num_rules() > 1
                                                ? ", one pass, found by vectors"
                                                : ", found by vectors");
  }
  if (const auto* unicode = std::get_if<CaseStage>(&stage))
    return absl::StrCat(unicode->name, ", vectors and tables");
  if (const auto* rows = std::get_if<RowStage>(&stage))
    return absl::StrCat(rows->name, ", row by row");
  if (const auto* drop = std::get_if<DropStage>(&stage)) return drop->name;
  const kernels::CompiledByteMap& map = std::get<MapStage>(stage).map;
  return absl::StrFormat("map bytes%s, %s", map.drops() ? " and drop some" : "",
                         map.is_simple() ? "vectors" : "table");
}

}  // namespace rowsplit::internal
