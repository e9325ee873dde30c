#include <charconv>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "cli/command.h"
#include "cli/vocab.h"
#include "core/atomic_file.h"
#include "core/read_file.h"
#include "core/status_macros.h"
#include "core/utf8.h"
#include "rowsplit/data/npy.h"
#include "rowsplit/vocab/id_map.h"
#include "rowsplit/vocab/vocabulary_formats.h"

namespace rowsplit::cli {

namespace {

absl::Status WriteIdMap(const std::string& path, const IdMap& map) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      NpyWriter writer, NpyWriter::Open(path, NpyDtype::kInt64, std::nullopt));
  ROWSPLIT_RETURN_IF_ERROR(writer.AppendInts(map.old_to_new().span()));
  return writer.Close();
}

// "12\tthe": the count and where the token begins; 0 if it is no such line.
size_t ReadCountLine(std::string_view line, int64_t& count) {
  const auto [end, error] =
      std::from_chars(line.data(), line.data() + line.size(), count);
  const auto size = static_cast<size_t>(end - line.data());
  const bool is_good = error == std::errc() && count >= 0 &&
                       size < line.size() && line[size] == '\t';
  return is_good ? size + 1 : 0;
}

}  // namespace

void VocabReadFlags::Add(CLI::App& command) {
  command
      .add_option("--from-format", format,
                  "Format of what is read: txt, json, vocab.json, "
                  "tokenizer.json or frozen; without it, by content and name")
      ->type_name("TEXT");
  command.add_option("--threads", threads, "Threads; 0: one a core")
      ->type_name("INTEGER")
      ->check(CLI::Range(0, 1024));
}

ExecOptions VocabReadFlags::exec() const {
  return {.num_threads = threads, .cancellation = &Interrupt()};
}

absl::StatusOr<VocabularyFile> VocabReadFlags::Read(
    const std::string& path) const {
  ReadVocabularyOptions options;
  options.open.exec = exec();
  if (!format.empty()) {
    ROWSPLIT_ASSIGN_OR_RETURN(options.format, ParseVocabularyFormat(format));
  }
  return ReadVocabulary(path == "-" ? "/dev/stdin" : path, options);
}

void VocabWriteFlags::Add(CLI::App& command, std::string_view id_map_help) {
  command
      .add_option("-o,--output", output,
                  "File to write; without it, standard output")
      ->type_name("FILE");
  command
      .add_option("--format", format,
                  "txt, json, vocab.json, tokenizer.json or frozen; without "
                  "it, by the output's name, else as what was read")
      ->type_name("TEXT");
  command
      .add_option("--unk-token", unk_token,
                  "The unknown token of tokenizer.json; without it that of "
                  "what was read, else [UNK]")
      ->type_name("TOKEN");
  command.add_option("--id-map", id_maps, std::string(id_map_help))
      ->type_name("FILE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
  command
      .add_option("--leading-ids", leading_ids,
                  "Ids that a layer has before the tokens (2: padding and "
                  "[UNK]); they come first in the map and stay")
      ->type_name("INTEGER")
      ->check(CLI::Range(int64_t{0}, int64_t{1} << 31));
  command.add_flag("--force", force, "Replace files that are there");
  command.add_flag("--quiet", quiet, "No summary on standard error");
}

absl::Status VocabWriteFlags::Check() const {
  if (!format.empty()) {
    ROWSPLIT_RETURN_IF_ERROR(ParseVocabularyFormat(format).status());
  }
  for (const std::string& path : id_maps) {
    if (path == output) {
      return absl::InvalidArgumentError(
          absl::StrFormat("--output and --id-map are both %s", path));
    }
    ROWSPLIT_RETURN_IF_ERROR(CheckIsFree(path, force));
  }
  return CheckIsFree(output, force);
}

absl::Status VocabWriteFlags::Write(const Vocabulary& vocabulary,
                                    const VocabularyFile& source,
                                    std::span<const IdMap> maps) const {
  WriteVocabularyOptions options;
  options.format = FormatOfName(output).value_or(source.format);
  if (!format.empty()) {
    ROWSPLIT_ASSIGN_OR_RETURN(options.format, ParseVocabularyFormat(format));
  } else if (output.empty() && source.format == VocabularyFormat::kFrozen) {
    options.format = VocabularyFormat::kText;
  }
  options.unk_token = unk_token.value_or(source.unk_token.value_or("[UNK]"));
  for (const std::string& token : source.special_tokens) {
    if (vocabulary.Find(token) >= 0) options.special_tokens.push_back(token);
  }
  std::string bytes;
  if (output.empty() || options.format != VocabularyFormat::kFrozen) {
    ROWSPLIT_ASSIGN_OR_RETURN(bytes, FormatVocabulary(vocabulary, options));
  }
  for (size_t i = 0; i < id_maps.size(); ++i) {
    ROWSPLIT_ASSIGN_OR_RETURN(const IdMap map,
                              maps[i].WithLeadingIds(leading_ids));
    ROWSPLIT_RETURN_IF_ERROR(WriteIdMap(id_maps[i], map));
  }
  if (output.empty()) return Print(bytes);
  if (options.format == VocabularyFormat::kFrozen) {
    return vocabulary.Save(output);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(internal::AtomicFile file,
                            internal::AtomicFile::Open(output, {}));
  ROWSPLIT_RETURN_IF_ERROR(file.Append(bytes));
  return file.Commit();
}

void VocabWriteFlags::Say(const std::string& message) const {
  if (quiet) return;
  std::fprintf(stderr, "%s%s\n", output.empty() ? "" : (output + ": ").c_str(),
               message.c_str());
}

absl::Status CheckIsFree(const std::string& path, bool force) {
  if (path.empty()) return absl::OkStatus();
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckReplaceable(path));
  std::error_code error;
  if (force || !std::filesystem::exists(path, error)) return absl::OkStatus();
  return absl::AlreadyExistsError(
      absl::StrFormat("%s is there already; --force replaces it", path));
}

std::optional<VocabularyFormat> FormatOfName(std::string_view path) {
  if (path.ends_with("tokenizer.json")) return VocabularyFormat::kTokenizerJson;
  if (path.ends_with("vocab.json")) return VocabularyFormat::kVocabJson;
  if (path.ends_with(".json")) return VocabularyFormat::kJson;
  if (path.ends_with(".txt")) return VocabularyFormat::kText;
  if (path.ends_with(".rsv")) return VocabularyFormat::kFrozen;
  return std::nullopt;
}

absl::StatusOr<std::vector<int64_t>> ReadCounts(const std::string& path,
                                                const Vocabulary& vocabulary) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string content,
                            internal::ReadFile(path));
  std::vector<int64_t> counts(vocabulary.size());
  int64_t line_number = 0;
  for (size_t begin = 0; begin < content.size();) {
    ++line_number;
    const size_t end = std::min(content.find('\n', begin), content.size());
    std::string_view line =
        std::string_view(content).substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    begin = end + 1;
    int64_t count = 0;
    const size_t token = ReadCountLine(line, count);
    if (token == 0) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s, line %d: expected a count, a tab and a token",
                          path, line_number));
    }
    const int64_t id = vocabulary.Find(line.substr(token));
    if (id >= 0) counts[id] = count;
  }
  return counts;
}

absl::Status WriteCounts(const std::string& path, const Vocabulary& vocabulary,
                         std::span<const int64_t> counts) {
  ROWSPLIT_ASSIGN_OR_RETURN(internal::AtomicFile file,
                            internal::AtomicFile::Open(path, {}));
  for (int64_t id = 0; id < vocabulary.size(); ++id) {
    const std::string_view token = vocabulary.token(id);
    if (token.find('\n') != std::string_view::npos || token.ends_with('\r')) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: a token with a line end can't be in a file of "
                          "counts: token %d, %s",
                          path, id, ShowToken(token)));
    }
    ROWSPLIT_RETURN_IF_ERROR(
        file.Append(absl::StrFormat("%d\t%s\n", counts[id], token)));
  }
  return file.Commit();
}

std::string ShowToken(std::string_view token) {
  const absl::string_view text(token.data(), token.size());
  return "\"" +
         (internal::IsValidUtf8(token) ? absl::Utf8SafeCHexEscape(text)
                                       : absl::CHexEscape(text)) +
         "\"";
}

}  // namespace rowsplit::cli
