#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "cli/command.h"
#include "cli/vocab.h"
#include "core/json_writer.h"
#include "core/status_macros.h"
#include "rowsplit/vocab/diff.h"
#include "rowsplit/vocab/vocabulary_formats.h"

namespace rowsplit::cli {

namespace {

// As diff(1): trouble is neither 'same' nor 'different'.
constexpr int kExitSame = 0;
constexpr int kExitDifferent = 1;
constexpr int kExitTrouble = 2;

struct DiffFlags {
  VocabReadFlags read;
  std::string from;
  std::string to;
  int64_t top = 20;
  bool json = false;
  bool quiet = false;
};

struct Sides {
  Vocabulary from;
  Vocabulary to;
  VocabularyDiff diff;

  int64_t NewId(int64_t old) const { return diff.id_map.old_to_new()[old]; }
};

// The first of `ids`, a line each.
template <typename Line>
void AppendList(const char* title, const Buffer<int64_t>& ids, int64_t top,
                const Line& line, std::string& text) {
  text += absl::StrFormat("%-8s%12d\n", title, ids.size());
  for (size_t i = 0; i < ids.size(); ++i) {
    if (static_cast<int64_t>(i) == top) {
      text += absl::StrFormat("  … and %d more\n", ids.size() - i);
      break;
    }
    text += "  " + line(ids[i]) + "\n";
  }
}

std::string ToText(const Sides& sides, int64_t top) {
  const VocabularyDiff& diff = sides.diff;
  std::string text =
      absl::StrFormat("%-8s%12d\n", "same",
                      sides.from.size() - diff.removed.size() -
                          static_cast<int64_t>(diff.moved.size()));
  AppendList(
      "added", diff.added, top,
      [&](int64_t id) {
        return absl::StrFormat("+ %d %s", id, ShowToken(sides.to.token(id)));
      },
      text);
  AppendList(
      "removed", diff.removed, top,
      [&](int64_t id) {
        return absl::StrFormat("- %d %s", id, ShowToken(sides.from.token(id)));
      },
      text);
  AppendList(
      "moved", diff.moved, top,
      [&](int64_t id) {
        return absl::StrFormat("> %d to %d %s", id, sides.NewId(id),
                               ShowToken(sides.from.token(id)));
      },
      text);
  return text;
}

std::string ToJson(const Sides& sides, const DiffFlags& flags) {
  internal::JsonWriter json(internal::JsonWriter::Style::kPretty);
  const VocabularyDiff& diff = sides.diff;
  json.BeginObject();
  json.Member("command", "vocab diff");
  json.Member("from", flags.from);
  json.Member("to", flags.to);
  json.Member("same", diff.is_same());
  const auto list = [&](const char* key, const Buffer<int64_t>& ids,
                        const Vocabulary& vocabulary, bool has_moved) {
    json.Key(key);
    json.BeginArray();
    for (const int64_t id : ids) {
      json.BeginObject();
      json.Key("token");
      json.Bytes(vocabulary.token(id));
      json.Member("id", id);
      if (has_moved) json.Member("new_id", sides.NewId(id));
      json.EndObject();
    }
    json.EndArray();
  };
  list("added", diff.added, sides.to, false);
  list("removed", diff.removed, sides.from, false);
  list("moved", diff.moved, sides.from, true);
  json.EndObject();
  return std::move(json).Take();
}

absl::StatusOr<bool> Diff(const DiffFlags& flags) {
  Sides sides;
  ROWSPLIT_ASSIGN_OR_RETURN(const VocabularyFile from,
                            flags.read.Read(flags.from));
  ROWSPLIT_ASSIGN_OR_RETURN(const VocabularyFile to, flags.read.Read(flags.to));
  sides.from = from.vocabulary;
  sides.to = to.vocabulary;
  ROWSPLIT_ASSIGN_OR_RETURN(
      sides.diff, DiffVocabularies(sides.from, sides.to, flags.read.exec()));
  const bool is_same = sides.diff.is_same();
  if (flags.quiet) return is_same;
  if (flags.json) {
    ROWSPLIT_RETURN_IF_ERROR(Print(ToJson(sides, flags)));
  } else if (!is_same) {
    ROWSPLIT_RETURN_IF_ERROR(Print(ToText(sides, flags.top)));
  }
  return is_same;
}

int RunVocabDiff(const DiffFlags& flags) {
  if (const absl::Status status = flags.read.Check(); !status.ok()) {
    return Fail(status, kExitUsage);
  }
  const absl::StatusOr<bool> is_same = Diff(flags);
  if (!is_same.ok()) return Fail(is_same.status(), kExitTrouble);
  return *is_same ? kExitSame : kExitDifferent;
}

}  // namespace

void AddVocabDiff(CLI::App& vocab, RunCommand& run) {
  CLI::App* command =
      vocab.add_subcommand("diff", "What is different in another vocabulary");
  auto flags = std::make_shared<DiffFlags>();
  command->add_option("from", flags->from, "The old vocabulary")
      ->required()
      ->type_name("FILE");
  command->add_option("to", flags->to, "The new one")
      ->required()
      ->type_name("FILE");
  flags->read.Add(*command);
  command
      ->add_option("--top", flags->top,
                   "How many tokens to show of each kind; 20 without it")
      ->type_name("INTEGER")
      ->check(CLI::Range(int64_t{0}, INT64_MAX));
  command->add_flag("--json", flags->json,
                    "All differences, as JSON on standard output");
  command->add_flag("--quiet", flags->quiet, "Nothing but the exit code");
  command->footer(
      "Exit code 0: the same tokens with the same ids; 1: different; 2: "
      "trouble.\n\n"
      "Examples:\n"
      "  rowsplit vocab diff old.txt new.txt\n"
      "  rowsplit vocab diff vocab.txt vocab.rsv --quiet && echo same");
  command->callback(
      [flags, &run] { run = [flags] { return RunVocabDiff(*flags); }; });
}

}  // namespace rowsplit::cli
