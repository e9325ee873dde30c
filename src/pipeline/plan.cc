#include "rowsplit/pipeline/plan.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "kernels/byte_map.h"
#include "pipeline/clean_stage.h"
#include "pipeline/step_byte_map.h"
#include "pipeline/text_stages.h"
#include "rowsplit/text/punctuation.h"
#include "rowsplit/text/regex.h"
#include "text/byte_map_op.h"
#include "text/full_match_set.h"
#include "text/plain_replacer.h"

namespace rowsplit {

namespace {

using internal::FilterStage;
using internal::FullMatchSet;
using internal::MapStage;
using internal::PlainReplacer;
using internal::PlainStage;
using internal::RegexStage;
using internal::Stage;

absl::Status AtStep(const absl::Status& status, size_t step) {
  return absl::Status(
      status.code(),
      absl::StrFormat("step %d: %s", step + 1, std::string(status.message())));
}

}  // namespace

struct TextPlan::Compiled {
  std::vector<TextStep> steps;
  std::vector<Stage> stages;
  // For each stage, the first and last step that it does.
  std::vector<std::pair<size_t, size_t>> stage_steps;
  // Of filters one behind another, which become one stage at the last.
  std::vector<Regex> filters;

  void Add(size_t step, Stage stage) {
    stages.push_back(std::move(stage));
    stage_steps.emplace_back(step, step);
  }

  // The stage before, if it is of this kind.
  template <typename T>
  T* Before() {
    return stages.empty() ? nullptr : std::get_if<T>(&stages.back());
  }

  void AddMap(size_t step, const kernels::ByteMap& map) {
    MapStage* before = Before<MapStage>();
    if (before == nullptr) {
      Add(step, MapStage{kernels::CompiledByteMap(map)});
      return;
    }
    before->map =
        kernels::CompiledByteMap(kernels::Then(before->map.map(), map));
    stage_steps.back().second = step;
  }

  absl::Status AddFilter(size_t step, const DropFullMatch& drop) {
    ROWSPLIT_ASSIGN_OR_RETURN(Regex regex, Regex::Compile(drop.pattern));
    filters.push_back(std::move(regex));
    const bool goes_on = step + 1 < steps.size() &&
                         std::holds_alternative<DropFullMatch>(steps[step + 1]);
    if (goes_on) return absl::OkStatus();
    const size_t first = step + 1 - filters.size();
    Add(first, FilterStage{first, FullMatchSet(std::exchange(filters, {}))});
    stage_steps.back().second = step;
    return absl::OkStatus();
  }

  absl::Status AddReplace(size_t step, const ReplaceRegex& replace) {
    ROWSPLIT_ASSIGN_OR_RETURN(Regex regex, Regex::Compile(replace.pattern));
    ROWSPLIT_ASSIGN_OR_RETURN(Rewrite rewrite,
                              Rewrite::Compile(replace.rewrite, regex));
    std::optional<PlainReplacer> plain =
        PlainReplacer::Create(regex, rewrite, replace.replace_global);
    if (!plain.has_value()) {
      Add(step, RegexStage{std::move(regex), std::move(rewrite),
                           replace.replace_global});
      return absl::OkStatus();
    }
    std::string description =
        absl::StrFormat("replace %s match of \"%s\" by \"%s\"",
                        replace.replace_global ? "every" : "the first",
                        replace.pattern, replace.rewrite);
    PlainStage* before = Before<PlainStage>();
    if (before == nullptr || !before->replacer.Merge(*plain)) {
      Add(step, PlainStage{*std::move(plain), std::move(description)});
      return absl::OkStatus();
    }
    absl::StrAppend(&before->description, ", ", description);
    stage_steps.back().second = step;
    return absl::OkStatus();
  }

  absl::Status AddStep(size_t step) {
    if (const auto map = internal::ByteMapOf(steps[step])) {
      AddMap(step, *map);
    } else if (const auto* drop = std::get_if<DropFullMatch>(&steps[step])) {
      return AddFilter(step, *drop);
    } else if (const auto* replace = std::get_if<ReplaceRegex>(&steps[step])) {
      return AddReplace(step, *replace);
    } else {
      ROWSPLIT_ASSIGN_OR_RETURN(Stage stage,
                                internal::MakeCleanStage(step, steps[step]));
      Add(step, std::move(stage));
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
    result->changed.assign(compiled_->steps.size(), 0);
    result->kept.resize(text.rows.size());
    for (size_t row = 0; row < text.rows.size(); ++row) {
      result->kept[row] = static_cast<int64_t>(row);
    }
  }
  for (const Stage& stage : compiled_->stages) {
    ROWSPLIT_RETURN_IF_ERROR(internal::RunStage(stage, text, result));
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
    absl::StrAppend(&text, steps, ": ",
                    internal::DescribeStage(compiled_->stages[i]), "\n");
  }
  return text;
}

}  // namespace rowsplit
