#include "rowsplit/pipeline/plan.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "kernels/byte_map.h"
#include "pipeline/step_byte_map.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/text/punctuation.h"
#include "rowsplit/text/regex.h"
#include "text/byte_map_op.h"
#include "text/case_mapper.h"

namespace rowsplit {

namespace {

// Consecutive steps that work byte by byte.
struct MapStage {
  kernels::CompiledByteMap map;
};

struct FilterStage {
  size_t step;
  Regex regex;
};

struct ReplaceStage {
  Regex regex;
  Rewrite rewrite;
  bool replace_global;
};

// A mapping of Unicode characters, which may change their size.
struct CaseStage {
  const internal::CaseMapper* mapper;
  const char* name;
};

using Stage = std::variant<MapStage, FilterStage, ReplaceStage, CaseStage>;

uint8_t* Bytes(BufferBuilder<char>& bytes) {
  return reinterpret_cast<uint8_t*>(bytes.data());
}

void RunMap(const kernels::CompiledByteMap& map, TextRows& text) {
  uint8_t* bytes = Bytes(text.bytes);
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

std::string_view RowText(const TextRows& text, TokenSpan row) {
  return {text.bytes.data() + row.begin, row.size};
}

void RunFilter(const FilterStage& stage, TextRows& text,
               TextPlan::Result* result) {
  size_t kept = 0;
  for (size_t row = 0; row < text.rows.size(); ++row) {
    if (stage.regex.FullMatch(RowText(text, text.rows[row]))) continue;
    text.rows[kept] = text.rows[row];
    if (result != nullptr) result->kept[kept] = result->kept[row];
    ++kept;
  }
  if (result != nullptr) {
    result->dropped[stage.step] +=
        static_cast<int64_t>(text.rows.size() - kept);
    result->kept.resize(kept);
  }
  text.rows.ResizeUninitialized(kept);
}

absl::Status RunReplace(const ReplaceStage& stage, TextRows& text) {
  BufferBuilder<char> replaced;
  replaced.Reserve(text.bytes.size() + text.bytes.size() / 8);
  for (TokenSpan& row : text.rows.span()) {
    const size_t begin = replaced.size();
    AppendReplaced(RowText(text, row), stage.regex, stage.rewrite,
                   stage.replace_global, replaced);
    if (replaced.size() > static_cast<size_t>(kMaxBatchBytes)) {
      return absl::ResourceExhaustedError(absl::StrFormat(
          "replacing \"%s\" made a batch of rows larger than %d bytes",
          stage.regex.pattern(), kMaxBatchBytes));
    }
    row = {static_cast<uint32_t>(begin),
           static_cast<uint32_t>(replaced.size() - begin)};
  }
  std::swap(text.bytes, replaced);
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

absl::Status AtStep(const absl::Status& status, size_t step) {
  return absl::Status(
      status.code(),
      absl::StrFormat("step %d: %s", step + 1, std::string(status.message())));
}

std::string Describe(const Stage& stage) {
  if (const auto* filter = std::get_if<FilterStage>(&stage)) {
    return absl::StrFormat("drop rows that fully match \"%s\"",
                           filter->regex.pattern());
  }
  if (const auto* replace = std::get_if<ReplaceStage>(&stage)) {
    return absl::StrFormat("replace %s match of \"%s\" by \"%s\", row by row",
                           replace->replace_global ? "every" : "the first",
                           replace->regex.pattern(), replace->rewrite.text());
  }
  if (const auto* unicode = std::get_if<CaseStage>(&stage)) {
    return absl::StrCat(unicode->name, ", vectors and tables");
  }
  const kernels::CompiledByteMap& map = std::get<MapStage>(stage).map;
  return absl::StrFormat("map bytes%s, %s", map.drops() ? " and drop some" : "",
                         map.is_simple() ? "vectors" : "table");
}

}  // namespace

struct TextPlan::Compiled {
  std::vector<TextStep> steps;
  std::vector<Stage> stages;
  // For each stage, the first and last step that it does.
  std::vector<std::pair<size_t, size_t>> stage_steps;

  void Add(size_t step, Stage stage) {
    stages.push_back(std::move(stage));
    stage_steps.emplace_back(step, step);
  }

  void AddMap(size_t step, const kernels::ByteMap& map) {
    auto* before =
        stages.empty() ? nullptr : std::get_if<MapStage>(&stages.back());
    if (before == nullptr) {
      Add(step, MapStage{kernels::CompiledByteMap(map)});
      return;
    }
    before->map =
        kernels::CompiledByteMap(kernels::Then(before->map.map(), map));
    stage_steps.back().second = step;
  }

  absl::Status AddStep(size_t step) {
    if (const auto map = internal::ByteMapOf(steps[step])) {
      AddMap(step, *map);
    } else if (const auto* drop = std::get_if<DropFullMatch>(&steps[step])) {
      ROWSPLIT_ASSIGN_OR_RETURN(Regex regex, Regex::Compile(drop->pattern));
      Add(step, FilterStage{step, std::move(regex)});
    } else if (const auto* replace = std::get_if<ReplaceRegex>(&steps[step])) {
      ROWSPLIT_ASSIGN_OR_RETURN(Regex regex, Regex::Compile(replace->pattern));
      ROWSPLIT_ASSIGN_OR_RETURN(Rewrite rewrite,
                                Rewrite::Compile(replace->rewrite, regex));
      Add(step, ReplaceStage{std::move(regex), std::move(rewrite),
                             replace->replace_global});
    } else if (std::holds_alternative<UnicodeLowerCase>(steps[step])) {
      Add(step,
          CaseStage{&internal::CaseMapper::Lower(), "Unicode lower case"});
    } else {
      Add(step,
          CaseStage{&internal::CaseMapper::Fold(), "Unicode case folding"});
    }
    return absl::OkStatus();
  }
};

std::optional<kernels::ByteMap> internal::ByteMapOf(const TextStep& step) {
  if (std::holds_alternative<LowerCase>(step)) {
    return kernels::ByteMap::AsciiLower();
  }
  if (std::holds_alternative<DeletePunctuation>(step)) {
    return kernels::ByteMap::DropClass(AsciiPunctuation());
  }
  const auto* replace = std::get_if<ReplaceRegex>(&step);
  if (replace == nullptr || !replace->replace_global) return std::nullopt;
  const absl::StatusOr<Regex> regex = Regex::Compile(replace->pattern);
  if (!regex.ok()) return std::nullopt;
  const absl::StatusOr<Rewrite> rewrite =
      Rewrite::Compile(replace->rewrite, *regex);
  if (!rewrite.ok()) return std::nullopt;
  return internal::AsByteMap(*regex, *rewrite);
}

TextPlan::TextPlan() : compiled_(std::make_shared<const Compiled>()) {}

absl::StatusOr<TextPlan> TextPlan::Compile(std::vector<TextStep> steps) {
  auto compiled = std::make_shared<Compiled>();
  compiled->steps = std::move(steps);
  for (size_t step = 0; step < compiled->steps.size(); ++step) {
    const absl::Status status = compiled->AddStep(step);
    if (!status.ok()) return AtStep(status, step);
  }
  return TextPlan(std::move(compiled));
}

const std::vector<TextStep>& TextPlan::steps() const {
  return compiled_->steps;
}

absl::Status TextPlan::Apply(TextRows& text, Result* result) const {
  if (result != nullptr) {
    result->dropped.assign(compiled_->steps.size(), 0);
    result->kept.resize(text.rows.size());
    for (size_t row = 0; row < text.rows.size(); ++row) {
      result->kept[row] = static_cast<int64_t>(row);
    }
  }
  for (const Stage& stage : compiled_->stages) {
    if (const auto* map = std::get_if<MapStage>(&stage)) {
      RunMap(map->map, text);
    } else if (const auto* filter = std::get_if<FilterStage>(&stage)) {
      RunFilter(*filter, text, result);
    } else if (const auto* unicode = std::get_if<CaseStage>(&stage)) {
      ROWSPLIT_RETURN_IF_ERROR(RunCase(*unicode, text));
    } else {
      ROWSPLIT_RETURN_IF_ERROR(RunReplace(std::get<ReplaceStage>(stage), text));
    }
  }
  return absl::OkStatus();
}

std::string TextPlan::Explain() const {
  std::string text;
  for (size_t i = 0; i < compiled_->stages.size(); ++i) {
    const auto [first, last] = compiled_->stage_steps[i];
    const std::string steps =
        first == last ? absl::StrCat("step ", first + 1)
                      : absl::StrCat("steps ", first + 1, " to ", last + 1);
    absl::StrAppend(&text, steps, ": ", Describe(compiled_->stages[i]), "\n");
  }
  return text;
}

}  // namespace rowsplit
