#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/command.h"
#include "core/atomic_file.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/data/corpus_reader.h"
#include "rowsplit/data/inputs.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/tokenizer.h"

namespace rowsplit::cli {

namespace {

struct TokenizeFlags {
  std::string tokenizer;
  std::vector<std::string> inputs;
  std::string output;
  std::string format = "text";
  std::string offsets;
  bool no_special_tokens = false;
  int threads = 0;

  ExecOptions exec() const {
    return {.num_threads = threads, .cancellation = &Interrupt()};
  }
};

absl::StatusOr<EncodeOptions> CheckUsage(const TokenizeFlags& flags) {
  EncodeOptions options{.add_special_tokens = !flags.no_special_tokens,
                        .exec = {.num_threads = 1}};
  if (flags.format != "text" && flags.format != "jsonl") {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--format must be text or jsonl, got \"%s\"", flags.format));
  }
  if (flags.offsets.empty()) return options;
  if (flags.offsets == "characters") {
    options.offsets = OffsetUnit::kCharacters;
  } else if (flags.offsets == "bytes") {
    options.offsets = OffsetUnit::kBytes;
  } else {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--offsets must be characters or bytes, got \"%s\"", flags.offsets));
  }
  if (flags.format != "jsonl") {
    return absl::InvalidArgumentError("--offsets needs --format jsonl");
  }
  return options;
}

// A block of lines on its way to lines of ids.
struct TokenizeItem {
  RawBlock block;
  RowBatch rows;
  std::string output;
};

void AppendNumbers(const EncodedTexts& encoded, int64_t row,
                   std::string_view between, std::string& out) {
  std::string_view before;
  for (const int64_t id : encoded.ids.view().row(row)) {
    absl::StrAppend(&out, std::string(before), id);
    before = between;
  }
}

// {"ids":[3,4],"offsets":[[0,2],[2,5]]}
void AppendJsonLine(const EncodedTexts& encoded, int64_t row, bool has_offsets,
                    std::string& out) {
  out += "{\"ids\":[";
  AppendNumbers(encoded, row, ",", out);
  out += ']';
  if (has_offsets) {
    out += ",\"offsets\":[";
    const auto splits = encoded.ids.row_splits();
    for (Offset i = splits[row]; i < splits[row + 1]; ++i) {
      const auto at = static_cast<size_t>(i);
      absl::StrAppend(&out, i == splits[row] ? "[" : ",[", encoded.starts[at],
                      ",", encoded.ends[at], "]");
    }
    out += ']';
  }
  out += "}\n";
}

absl::Status EncodeBlock(const Tokenizer& tokenizer, const TokenizeFlags& flags,
                         const EncodeOptions& options, TokenizeItem& item) {
  StringTensorBuilder builder;
  for (const TokenSpan row : item.rows.rows.span())
    builder.Append({item.rows.bytes.data() + row.begin, row.size});
  const StringTensor texts = std::move(builder).Build();
  ROWSPLIT_ASSIGN_OR_RETURN(const EncodedTexts encoded,
                            tokenizer.Encode(texts, options));
  item.output.clear();
  for (int64_t row = 0; row < texts.size(); ++row) {
    if (flags.format == "jsonl") {
      AppendJsonLine(encoded, row, options.offsets != OffsetUnit::kNone,
                     item.output);
    } else {
      AppendNumbers(encoded, row, " ", item.output);
      item.output += '\n';
    }
  }
  return absl::OkStatus();
}

// Calls write(lines) for the blocks of the inputs, in order.
template <typename Write>
absl::Status EncodeInputs(const Tokenizer& tokenizer,
                          const TokenizeFlags& flags,
                          const EncodeOptions& options, const Write& write) {
  ROWSPLIT_ASSIGN_OR_RETURN(std::vector<InputFile> inputs,
                            FindInputs(flags.inputs));
  ROWSPLIT_ASSIGN_OR_RETURN(
      CorpusReader reader,
      CorpusReader::Open(std::move(inputs), {.cancellation = &Interrupt()}));
  internal::OrderedPipeline<TokenizeItem> pipeline(
      [&](TokenizeItem& item) { return reader.ReadBlock(item.block); });
  pipeline
      .Parallel([&](TokenizeItem& item) -> absl::Status {
        ROWSPLIT_RETURN_IF_ERROR(reader.ParseBlock(item.block, item.rows));
        return EncodeBlock(tokenizer, flags, options, item);
      })
      .InOrder([&](TokenizeItem& item) { return write(item.output); });
  return pipeline.Run(flags.exec(), 2 * internal::NumThreads(flags.exec()));
}

absl::Status WriteToStdout(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size())
    return absl::OkStatus();
  return Print("");
}

absl::Status Tokenize(const TokenizeFlags& flags,
                      const EncodeOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Tokenizer tokenizer,
                            Tokenizer::FromFile(flags.tokenizer));
  if (flags.output.empty()) {
    ROWSPLIT_RETURN_IF_ERROR(
        EncodeInputs(tokenizer, flags, options, WriteToStdout));
    return Print("");
  }
  ROWSPLIT_ASSIGN_OR_RETURN(internal::AtomicFile file,
                            internal::AtomicFile::Open(flags.output, {}));
  ROWSPLIT_RETURN_IF_ERROR(
      EncodeInputs(tokenizer, flags, options,
                   [&](std::string_view bytes) { return file.Append(bytes); }));
  return file.Commit();
}

int RunTokenize(TokenizeFlags flags) {
  const absl::StatusOr<EncodeOptions> options = CheckUsage(flags);
  if (!options.ok()) return Fail(options.status(), kExitUsage);
  if (flags.inputs.empty()) flags.inputs = {"-"};
  const absl::Status status = Tokenize(flags, *options);
  return status.ok() ? kExitDone : Fail(status, kExitFailed);
}

}  // namespace

void AddTokenize(CLI::App& app, RunCommand& run) {
  CLI::App* command = app.add_subcommand(
      "tokenize", "Turn lines of text into ids by a Hugging Face tokenizer");
  auto flags = std::make_shared<TokenizeFlags>();
  command
      ->add_option("input", flags->inputs,
                   "Files, folders or globs; standard input without them")
      ->type_name("PATH");
  command->add_option("--tokenizer", flags->tokenizer, "The tokenizer.json")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--output", flags->output,
                   "The file to write; standard output without it")
      ->type_name("FILE");
  command
      ->add_option("--format", flags->format,
                   "text: ids with a space between (the default); jsonl")
      ->type_name("TEXT");
  command
      ->add_option("--offsets", flags->offsets,
                   "Of jsonl: write where tokens lie, in characters or bytes")
      ->type_name("TEXT");
  command->add_flag("--no-special-tokens", flags->no_special_tokens,
                    "Leave the post-processor's tokens ([CLS], [SEP]) out");
  command
      ->add_option("--threads", flags->threads,
                   "The most threads; one a core without it")
      ->type_name("INTEGER")
      ->check(CLI::Range(1, 4096));
  command->footer(
      "Output line n belongs to input line n.\n\n"
      "Examples:\n"
      "  rowsplit tokenize --tokenizer tokenizer.json < text > ids\n"
      "  rowsplit tokenize --tokenizer tokenizer.json books/ \\\n"
      "      --format jsonl --offsets characters --output ids.jsonl");
  command->callback(
      [flags, &run] { run = [flags] { return RunTokenize(*flags); }; });
}

}  // namespace rowsplit::cli
