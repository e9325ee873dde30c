#include <algorithm>
#include <array>
#include <bit>
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
#include "rowsplit/vocab/vocabulary_formats.h"
#include "vocab/frozen_layout.h"
#include "vocab/vocabulary_access.h"

namespace rowsplit::cli {

namespace {

constexpr std::pair<std::string_view, ChecksumMode> kChecksums[] = {
    {"full", ChecksumMode::kFull},
    {"sampled", ChecksumMode::kSampled},
    {"deferred", ChecksumMode::kDeferred}};

struct ShowFlags {
  VocabReadFlags read;
  std::string file;
  std::string checksum = "sampled";
  bool check = false;
  int64_t top = 5;
  bool ids = false;
  std::vector<std::string> find;
  std::vector<int64_t> id;
  bool json = false;
};

// Bin 0 holds the empty token, bin b lengths of 2^(b-1) to 2^b - 1 bytes.
std::vector<int64_t> CountLengths(const Vocabulary& vocabulary) {
  std::array<int64_t, 64> bins{};
  size_t num_bins = 0;
  for (int64_t id = 0; id < vocabulary.size(); ++id) {
    const auto bin =
        static_cast<size_t>(std::bit_width(vocabulary.token(id).size()));
    ++bins[bin];
    num_bins = std::max(num_bins, bin + 1);
  }
  return {bins.begin(), bins.begin() + num_bins};
}

std::string BinName(size_t bin) {
  const uint64_t low = bin == 0 ? 0 : uint64_t{1} << (bin - 1);
  const uint64_t high = bin == 0 ? 0 : 2 * low - 1;
  return low == high ? absl::StrFormat("%d", low)
                     : absl::StrFormat("%d-%d", low, high);
}

// '', [UNK] and what the file says, with their ids.
std::vector<std::string> SpecialTokens(const VocabularyFile& file) {
  std::vector<std::string> special = file.special_tokens;
  for (const std::string& token :
       {file.unk_token.value_or("[UNK]"), std::string()}) {
    if (file.vocabulary.Find(token) >= 0 &&
        std::find(special.begin(), special.end(), token) == special.end()) {
      special.insert(special.begin(), token);
    }
  }
  return special;
}

std::string TokenLine(const Vocabulary& vocabulary, int64_t id) {
  return absl::StrFormat("%12d  %s\n", id, ShowToken(vocabulary.token(id)));
}

// What the header of a frozen file says; "" of another one.
std::string FrozenText(const Vocabulary& vocabulary) {
  const internal::FrozenHeader* const header =
      internal::VocabularyAccess::Header(vocabulary);
  if (header == nullptr) return "";
  std::string text = absl::StrFormat(
      "version     %d\n"
      "seed        %016x %016x\n"
      "buckets     %d, at most %d looked at for a token\n"
      "long slots  %d, at most %d looked at for a token\n",
      header->version, header->seed[0], header->seed[1], header->num_buckets,
      header->max_probe, header->num_long_slots, header->max_long_probe);
  for (int i = 0; i < internal::kFrozenSections; ++i) {
    const internal::FrozenRange& range = header->sections[i];
    text += absl::StrFormat("section     %s: %d bytes at %d\n",
                            internal::FrozenSectionName(i), range.bytes,
                            range.begin);
  }
  return text;
}

void AddFrozenMember(const Vocabulary& vocabulary, internal::JsonWriter& json) {
  const internal::FrozenHeader* const header =
      internal::VocabularyAccess::Header(vocabulary);
  if (header == nullptr) return;
  json.Key("frozen");
  json.BeginObject();
  json.Member("version", int64_t{header->version});
  json.Member("seed",
              absl::StrFormat("%016x%016x", header->seed[0], header->seed[1]));
  json.Member("buckets", static_cast<int64_t>(header->num_buckets));
  json.Member("max_probe", int64_t{header->max_probe});
  json.Member("long_slots", static_cast<int64_t>(header->num_long_slots));
  json.Member("max_long_probe", int64_t{header->max_long_probe});
  json.Key("sections");
  json.BeginArray();
  for (int i = 0; i < internal::kFrozenSections; ++i) {
    json.BeginObject();
    json.Member("name", internal::FrozenSectionName(i));
    json.Member("begin", static_cast<int64_t>(header->sections[i].begin));
    json.Member("bytes", static_cast<int64_t>(header->sections[i].bytes));
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

std::string ToText(const VocabularyFile& file, const ShowFlags& flags) {
  const Vocabulary& vocabulary = file.vocabulary;
  std::string text;
  text +=
      absl::StrFormat("format      %s\n", VocabularyFormatName(file.format));
  text += absl::StrFormat("tokens      %d\n", vocabulary.size());
  text += absl::StrFormat(
      "memory      %d bytes%s\n", vocabulary.size_bytes(),
      file.format == VocabularyFormat::kFrozen ? ", mapped" : "");
  if (flags.check) text += "check       passed\n";
  text += FrozenText(vocabulary);
  for (const std::string& token : SpecialTokens(file)) {
    text += absl::StrFormat("special     %s = %d\n", ShowToken(token),
                            vocabulary.Find(token));
  }
  text += "\nbytes a token        tokens\n";
  const std::vector<int64_t> lengths = CountLengths(vocabulary);
  for (size_t bin = 0; bin < lengths.size(); ++bin) {
    text += absl::StrFormat("%12s  %12d\n", BinName(bin), lengths[bin]);
  }
  text += "\n          id  token\n";
  const int64_t head = std::min(flags.top, vocabulary.size());
  const int64_t tail = std::max(head, vocabulary.size() - flags.top);
  for (int64_t id = 0; id < head; ++id) text += TokenLine(vocabulary, id);
  if (tail > head) text += "           …\n";
  for (int64_t id = tail; id < vocabulary.size(); ++id) {
    text += TokenLine(vocabulary, id);
  }
  return text;
}

std::string ToJson(const VocabularyFile& file, const ShowFlags& flags) {
  const Vocabulary& vocabulary = file.vocabulary;
  internal::JsonWriter json(internal::JsonWriter::Style::kPretty);
  json.BeginObject();
  json.Member("command", "vocab show");
  json.Member("file", flags.file);
  json.Member("format", VocabularyFormatName(file.format));
  json.Member("tokens", vocabulary.size());
  json.Member("memory_bytes", vocabulary.size_bytes());
  if (flags.check) json.Member("check", "passed");
  AddFrozenMember(vocabulary, json);
  json.Key("special_tokens");
  json.BeginArray();
  for (const std::string& token : SpecialTokens(file)) {
    json.BeginObject();
    json.Key("token");
    json.Bytes(token);
    json.Member("id", vocabulary.Find(token));
    json.EndObject();
  }
  json.EndArray();
  json.Key("bytes_a_token");
  json.BeginArray();
  const std::vector<int64_t> lengths = CountLengths(vocabulary);
  for (size_t bin = 0; bin < lengths.size(); ++bin) {
    const int64_t low = bin == 0 ? 0 : int64_t{1} << (bin - 1);
    json.BeginObject();
    json.Member("lowest", low);
    json.Member("highest", std::max(low, 2 * low - 1));
    json.Member("tokens", lengths[bin]);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return std::move(json).Take();
}

bool HasQueries(const ShowFlags& flags) {
  return flags.ids || !flags.find.empty() || !flags.id.empty();
}

absl::Status CheckUsage(const ShowFlags& flags) {
  if (flags.json && HasQueries(flags)) {
    return absl::InvalidArgumentError(
        "--json is not for --find, --id and --ids");
  }
  return flags.read.Check();
}

// The tokens or ids that were asked for, a line each; false if one is missing.
absl::StatusOr<bool> Find(const Vocabulary& vocabulary,
                          const ShowFlags& flags) {
  std::string text;
  bool found_all = true;
  for (const std::string& token : flags.find) {
    const int64_t id = vocabulary.Find(token);
    text += absl::StrFormat("%d\t%s\n", id, ShowToken(token));
    found_all &= id >= 0;
  }
  for (const int64_t id : flags.id) {
    if (id < 0 || id >= vocabulary.size()) {
      return absl::OutOfRangeError(absl::StrFormat(
          "--id: ids are 0 to %d, got %d", vocabulary.size() - 1, id));
    }
    text += absl::StrFormat("%d\t%s\n", id, ShowToken(vocabulary.token(id)));
  }
  if (flags.ids) {
    for (int64_t id = 0; id < vocabulary.size(); ++id) {
      text += absl::StrFormat("%d\t%s\n", id, ShowToken(vocabulary.token(id)));
      if (text.size() < (size_t{1} << 20)) continue;
      ROWSPLIT_RETURN_IF_ERROR(Print(text));
      text.clear();
    }
  }
  ROWSPLIT_RETURN_IF_ERROR(Print(text));
  return found_all;
}

absl::StatusOr<bool> Show(const ShowFlags& flags) {
  ChecksumMode checksum = ChecksumMode::kSampled;
  for (const auto& [name, mode] : kChecksums) {
    if (name == flags.checksum) checksum = mode;
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const VocabularyFile file,
                            flags.read.Read(flags.file, checksum));
  if (flags.check) {
    ROWSPLIT_RETURN_IF_ERROR(file.vocabulary.Check(flags.read.exec()));
  }
  if (HasQueries(flags)) return Find(file.vocabulary, flags);
  ROWSPLIT_RETURN_IF_ERROR(
      Print(flags.json ? ToJson(file, flags) : ToText(file, flags)));
  return true;
}

int RunVocabShow(const ShowFlags& flags) {
  if (const absl::Status status = CheckUsage(flags); !status.ok()) {
    return Fail(status, kExitUsage);
  }
  const absl::StatusOr<bool> found_all = Show(flags);
  if (!found_all.ok()) return Fail(found_all.status(), kExitFailed);
  return *found_all ? kExitDone : kExitFailed;
}

void AddQueries(CLI::App& command, ShowFlags& flags) {
  command
      .add_option("--top", flags.top,
                  "How many of the first and of the last tokens to show; 5 "
                  "without it")
      ->type_name("INTEGER")
      ->check(CLI::Range(int64_t{0}, int64_t{1} << 31));
  command.add_flag("--ids", flags.ids, "All ids with their tokens instead");
  command
      .add_option("--find", flags.find,
                  "The id of a token instead, -1 if there is none; may be "
                  "given several times")
      ->type_name("TOKEN")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
  command
      .add_option("--id", flags.id,
                  "The token of an id instead; may be given several times")
      ->type_name("INTEGER")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
}

}  // namespace

void AddVocabShow(CLI::App& vocab, RunCommand& run) {
  CLI::App* command =
      vocab.add_subcommand("show", "What a file of a vocabulary holds");
  auto flags = std::make_shared<ShowFlags>();
  command->add_option("file", flags->file, "The vocabulary")
      ->required()
      ->type_name("FILE");
  flags->read.Add(*command);
  AddQueries(*command, *flags);
  command->add_flag("--check", flags->check,
                    "Check a frozen file from end to end");
  command
      ->add_option("--checksum", flags->checksum,
                   "How a frozen file is opened: full, sampled or deferred; "
                   "sampled without it")
      ->type_name("TEXT")
      ->check(CLI::IsMember({"full", "sampled", "deferred"}));
  command->add_flag("--json", flags->json,
                    "As JSON; not for --find, --id and --ids");
  command->footer(
      "With --find the exit code is 1 if a token is not there.\n\n"
      "Examples:\n"
      "  rowsplit vocab show vocab.txt\n"
      "  rowsplit vocab show vocab.rsv --check\n"
      "  rowsplit vocab show vocab.rsv --find the --find of --id 7");
  command->callback(
      [flags, &run] { run = [flags] { return RunVocabShow(*flags); }; });
}

}  // namespace rowsplit::cli
