#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <set>
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
#include "core/status_macros.h"
#include "core/utf8.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/data/npy.h"
#include "rowsplit/vocab/id_map.h"
#include "rowsplit/vocab/vocabulary_formats.h"
#include "vocab/count_lines.h"

namespace rowsplit::cli {

namespace {

// A .npy file of int64.
absl::Status AppendIdMap(const IdMap& map, internal::AtomicFile& file) {
  const std::span<const int64_t> ids = map.old_to_new().span();
  BufferBuilder<char> bytes;
  ROWSPLIT_RETURN_IF_ERROR(AppendNpyInts(ids, NpyDtype::kInt64, bytes));
  ROWSPLIT_RETURN_IF_ERROR(
      file.Append(FormatNpyHeader({.dtype = NpyDtype::kInt64,
                                   .num_rows = static_cast<int64_t>(ids.size()),
                                   .num_columns = std::nullopt})));
  return file.Append({bytes.data(), bytes.size()});
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

absl::Status VocabReadFlags::Check() const {
  return format.empty() ? absl::OkStatus()
                        : ParseVocabularyFormat(format).status();
}

absl::StatusOr<VocabularyFile> VocabReadFlags::Read(
    const std::string& path, ChecksumMode checksum) const {
  ReadVocabularyOptions options;
  options.open = {.checksum = checksum, .exec = exec()};
  if (!format.empty()) {
    ROWSPLIT_ASSIGN_OR_RETURN(options.format, ParseVocabularyFormat(format));
  }
  return ReadVocabulary(path == "-" ? "/dev/stdin" : path, options);
}

absl::StatusOr<VocabularyFile> VocabReadFlags::ReadList(
    const std::string& path) const {
  VocabReadFlags any = *this;
  any.format.clear();
  return any.Read(path);
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
  if (leading_ids > 0 && id_maps.empty()) {
    return absl::InvalidArgumentError("--leading-ids needs --id-map");
  }
  return format.empty() ? absl::OkStatus()
                        : ParseVocabularyFormat(format).status();
}

std::vector<std::string> VocabWriteFlags::Outputs(
    const std::string& counts) const {
  std::vector<std::string> outputs = id_maps;
  outputs.push_back(output);
  outputs.push_back(counts);
  return outputs;
}

absl::Status VocabWriteFlags::Write(const Vocabulary& vocabulary,
                                    const VocabularyFile& source,
                                    std::span<const IdMap> maps,
                                    const CountsFile& counts) const {
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
  std::vector<internal::AtomicFile> beside;
  for (size_t i = 0; i < id_maps.size(); ++i) {
    ROWSPLIT_ASSIGN_OR_RETURN(const IdMap map,
                              maps[i].WithLeadingIds(leading_ids));
    ROWSPLIT_ASSIGN_OR_RETURN(internal::AtomicFile file,
                              internal::AtomicFile::Open(id_maps[i], {}));
    ROWSPLIT_RETURN_IF_ERROR(AppendIdMap(map, file));
    beside.push_back(std::move(file));
  }
  if (!counts.path.empty()) {
    ROWSPLIT_ASSIGN_OR_RETURN(internal::AtomicFile file,
                              internal::AtomicFile::Open(counts.path, {}));
    ROWSPLIT_RETURN_IF_ERROR(
        internal::AppendCountLines(vocabulary.tokens(), counts.counts, file));
    beside.push_back(std::move(file));
  }
  for (internal::AtomicFile& file : beside) {
    ROWSPLIT_RETURN_IF_ERROR(file.Finish());
  }
  if (output.empty()) {
    ROWSPLIT_ASSIGN_OR_RETURN(const std::string bytes,
                              FormatVocabulary(vocabulary, options));
    ROWSPLIT_RETURN_IF_ERROR(Print(bytes));
  } else {
    ROWSPLIT_RETURN_IF_ERROR(WriteVocabulary(vocabulary, output, options));
  }
  for (internal::AtomicFile& file : beside) {
    ROWSPLIT_RETURN_IF_ERROR(file.Commit());
  }
  return absl::OkStatus();
}

void VocabWriteFlags::Say(const std::string& message) const {
  if (quiet) return;
  std::fprintf(stderr, "%s%s\n", output.empty() ? "" : (output + ": ").c_str(),
               message.c_str());
}

absl::Status CheckDiffer(std::span<const std::string> paths) {
  std::set<std::filesystem::path> seen;
  for (const std::string& path : paths) {
    if (path.empty()) continue;
    std::error_code error;
    std::filesystem::path whole = std::filesystem::weakly_canonical(
        std::filesystem::absolute(path, error), error);
    if (error) whole = path;
    if (seen.insert(std::move(whole)).second) continue;
    return absl::InvalidArgumentError(
        absl::StrFormat("two outputs are the same file: %s", path));
  }
  return absl::OkStatus();
}

absl::Status CheckAreFree(std::span<const std::string> paths, bool force) {
  for (const std::string& path : paths) {
    if (path.empty()) continue;
    ROWSPLIT_RETURN_IF_ERROR(internal::CheckReplaceable(path));
    std::error_code error;
    if (force || !std::filesystem::exists(path, error)) continue;
    return absl::AlreadyExistsError(
        absl::StrFormat("%s is there already; --force replaces it", path));
  }
  return absl::OkStatus();
}

std::optional<VocabularyFormat> FormatOfName(std::string_view path) {
  if (path.ends_with("tokenizer.json")) return VocabularyFormat::kTokenizerJson;
  if (path.ends_with("vocab.json")) return VocabularyFormat::kVocabJson;
  if (path.ends_with(".json")) return VocabularyFormat::kJson;
  if (path.ends_with(".txt")) return VocabularyFormat::kText;
  if (path.ends_with(".rsv")) return VocabularyFormat::kFrozen;
  return std::nullopt;
}

std::string ShowToken(std::string_view token) {
  const absl::string_view text(token.data(), token.size());
  return "\"" +
         (internal::IsValidUtf8(token) ? absl::Utf8SafeCHexEscape(text)
                                       : absl::CHexEscape(text)) +
         "\"";
}

}  // namespace rowsplit::cli
