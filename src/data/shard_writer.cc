#include "rowsplit/data/shard_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "core/atomic_file.h"
#include "core/json_string.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "data/tf_example.h"
#include "rowsplit/data/tfrecord.h"

namespace rowsplit {
namespace {

using internal::AtomicFile;

constexpr std::array<std::string_view, 4> kFormatNames = {"tfrecord", "jsonl",
                                                          "npy", "text"};
// All buffers of a writer together, and of one file.
constexpr size_t kMaxBufferedBytes = size_t{16} << 20;
constexpr size_t kMaxFileBuffer = size_t{1} << 20;
constexpr size_t kMinFileBuffer = size_t{16} << 10;
constexpr int64_t kMaxShards = 99999;

void Put(std::string_view bytes, BufferBuilder<char>& out) {
  out.Append(std::span<const char>(bytes.data(), bytes.size()));
}

void PutInt(int64_t value, BufferBuilder<char>& out) {
  char digits[24];
  const char* end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
  out.Append(std::span<const char>(digits, end - digits));
}

void PutInts(std::span<const int64_t> values, char separator,
             BufferBuilder<char>& out) {
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out.Append(separator);
    PutInt(values[i], out);
  }
}

void AppendTfExample(const Example& example, bool has_text,
                     BufferBuilder<char>& out) {
  internal::ExampleWriter writer;
  writer.AddInt64s("ids", example.ids);
  if (example.has_label) {
    writer.AddInt64s("label", std::span<const int64_t>(&example.label, 1));
    if (has_text) writer.AddBytes("label_text", example.label_text);
  }
  if (has_text) writer.AddBytes("text", example.text);
  const size_t begin = BeginTfrecord(out);
  writer.AppendTo(out);
  EndTfrecord(begin, out);
}

void AppendJsonLine(const Example& example, bool has_text,
                    BufferBuilder<char>& out) {
  out.Append('{');
  if (has_text) {
    Put("\"text\":", out);
    internal::AppendJsonString(example.text, out);
    if (example.has_label) {
      Put(",\"label_text\":", out);
      internal::AppendJsonString(example.label_text, out);
    }
    out.Append(',');
  }
  Put("\"ids\":[", out);
  PutInts(example.ids, ',', out);
  out.Append(']');
  if (example.has_label) {
    Put(",\"label\":", out);
    PutInt(example.label, out);
  }
  Put("}\n", out);
}

void AppendTextLine(const Example& example, BufferBuilder<char>& out) {
  PutInts(example.ids, ' ', out);
  if (example.has_label) {
    out.Append('\t');
    PutInt(example.label, out);
  }
  out.Append('\n');
}

absl::Status AppendNpyRow(const Example& example, const RecordLayout& layout,
                          BufferBuilder<char>& out) {
  if (example.has_label != layout.has_labels) {
    return absl::InvalidArgumentError(
        layout.has_labels ? "npy: expected a label, the example has none"
                          : "npy: expected no label, the example has one");
  }
  const size_t begin = out.size();
  ROWSPLIT_RETURN_IF_ERROR(AppendNpyInts(example.ids, layout.dtype, out));
  if (!example.has_label) return absl::OkStatus();
  absl::Status status = AppendNpyInts(
      std::span<const int64_t>(&example.label, 1), layout.dtype, out);
  if (!status.ok()) out.ResizeUninitialized(begin);
  return status;
}

absl::Status CheckLayout(const RecordLayout& layout) {
  if (layout.format != RecordFormat::kNpy) return absl::OkStatus();
  if (layout.ids_per_example < 1) {
    return absl::InvalidArgumentError(
        "npy holds examples of one length only: set the number of ids of an "
        "example (an output sequence length), or write tfrecord, jsonl or "
        "text");
  }
  if (layout.dtype == NpyDtype::kFloat32) {
    return absl::InvalidArgumentError(
        "npy: expected a dtype of uint16, int32, int64 for ids, got float32");
  }
  return absl::OkStatus();
}

}  // namespace

std::string_view RecordFormatName(RecordFormat format) {
  return kFormatNames[static_cast<size_t>(format)];
}

absl::StatusOr<RecordFormat> ParseRecordFormat(std::string_view name) {
  for (size_t i = 0; i < kFormatNames.size(); ++i) {
    if (kFormatNames[i] == name) return static_cast<RecordFormat>(i);
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "expected a format of tfrecord, jsonl, npy, text, got '%s'", name));
}

absl::StatusOr<ExampleEncoder> ExampleEncoder::Create(
    const RecordLayout& layout) {
  ROWSPLIT_RETURN_IF_ERROR(CheckLayout(layout));
  return ExampleEncoder(layout);
}

absl::Status ExampleEncoder::AppendRecord(const Example& example,
                                          BufferBuilder<char>& out) const {
  if (layout_.ids_per_example >= 0 &&
      static_cast<int64_t>(example.ids.size()) != layout_.ids_per_example) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected an example of %d ids, got %d",
                        layout_.ids_per_example, example.ids.size()));
  }
  switch (layout_.format) {
    case RecordFormat::kTfrecord:
      AppendTfExample(example, layout_.has_text, out);
      return absl::OkStatus();
    case RecordFormat::kJsonLines:
      AppendJsonLine(example, layout_.has_text, out);
      return absl::OkStatus();
    case RecordFormat::kNpy:
      return AppendNpyRow(example, layout_, out);
    case RecordFormat::kText:
      AppendTextLine(example, out);
      return absl::OkStatus();
  }
  return absl::InternalError("not a record format");
}

// A format's files: one of a shard, but of kNpy one or two.
struct ShardWriter::State {
  std::string folder;
  RecordLayout layout;
  int64_t num_shards;
  size_t ids_bytes = 0;    // Of a record of kNpy.
  size_t label_bytes = 0;  // Of a record of kNpy.
  std::vector<AtomicFile> files;
  std::vector<NpyWriter> ids;
  std::vector<NpyWriter> labels;
  int64_t num_records = 0;
  int64_t next_shard = 0;
  bool finished = false;
};

namespace {

std::string ShardName(const std::string& prefix, int64_t shard,
                      int64_t num_shards, std::string_view suffix) {
  return absl::StrFormat("%s-%05d-of-%05d%s", prefix, shard, num_shards,
                         suffix);
}

std::string_view Suffix(RecordFormat format) {
  switch (format) {
    case RecordFormat::kTfrecord:
      return ".tfrecord";
    case RecordFormat::kJsonLines:
      return ".jsonl";
    case RecordFormat::kNpy:
      return ".ids.npy";
    case RecordFormat::kText:
      return ".txt";
  }
  return "";
}

size_t FileBuffer(int64_t num_files) {
  return std::clamp(kMaxBufferedBytes / static_cast<size_t>(num_files),
                    kMinFileBuffer, kMaxFileBuffer);
}

}  // namespace

ShardWriter::ShardWriter(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
ShardWriter::ShardWriter(ShardWriter&&) noexcept = default;
ShardWriter& ShardWriter::operator=(ShardWriter&&) noexcept = default;
ShardWriter::~ShardWriter() = default;

absl::StatusOr<ShardWriter> ShardWriter::Open(const std::string& folder,
                                              const std::string& prefix,
                                              int64_t num_shards,
                                              const RecordLayout& layout) {
  ROWSPLIT_RETURN_IF_ERROR(CheckLayout(layout));
  if (num_shards < 1 || num_shards > kMaxShards) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected 1 to %d shards, got %d", kMaxShards, num_shards));
  }
  if (prefix.empty() || prefix.find('/') != std::string::npos) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a file name as the prefix of shards, got '%s'", prefix));
  }
  auto state = std::make_unique<State>();
  state->folder = folder;
  state->layout = layout;
  state->num_shards = num_shards;
  const auto path = [&](int64_t shard, std::string_view suffix) {
    const std::string name = ShardName(prefix, shard, num_shards, suffix);
    return folder.empty() ? name : absl::StrFormat("%s/%s", folder, name);
  };
  if (layout.format != RecordFormat::kNpy) {
    for (int64_t shard = 0; shard < num_shards; ++shard) {
      ROWSPLIT_ASSIGN_OR_RETURN(
          AtomicFile file,
          AtomicFile::Open(path(shard, Suffix(layout.format)),
                           {.buffer_bytes = FileBuffer(num_shards)}));
      state->files.push_back(std::move(file));
    }
    return ShardWriter(std::move(state));
  }
  const size_t item_size = NpyItemSize(layout.dtype);
  state->ids_bytes = item_size * static_cast<size_t>(layout.ids_per_example);
  state->label_bytes = layout.has_labels ? item_size : 0;
  const size_t buffer = FileBuffer(num_shards * (layout.has_labels ? 2 : 1));
  for (int64_t shard = 0; shard < num_shards; ++shard) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        NpyWriter ids, NpyWriter::Open(path(shard, ".ids.npy"), layout.dtype,
                                       layout.ids_per_example, buffer));
    state->ids.push_back(std::move(ids));
    if (!layout.has_labels) continue;
    ROWSPLIT_ASSIGN_OR_RETURN(
        NpyWriter labels, NpyWriter::Open(path(shard, ".labels.npy"),
                                          layout.dtype, std::nullopt, buffer));
    state->labels.push_back(std::move(labels));
  }
  return ShardWriter(std::move(state));
}

absl::Status ShardWriter::Write(std::string_view record) {
  State& state = *state_;
  const int64_t shard = state.next_shard;
  if (state.ids.empty()) {
    ROWSPLIT_RETURN_IF_ERROR(state.files[shard].Append(record));
  } else {
    if (record.size() != state.ids_bytes + state.label_bytes) {
      return absl::InvalidArgumentError(
          absl::StrFormat("npy: expected a record of %d bytes, got %d",
                          state.ids_bytes + state.label_bytes, record.size()));
    }
    ROWSPLIT_RETURN_IF_ERROR(
        state.ids[shard].AppendBytes(record.substr(0, state.ids_bytes)));
    if (state.label_bytes > 0) {
      ROWSPLIT_RETURN_IF_ERROR(
          state.labels[shard].AppendBytes(record.substr(state.ids_bytes)));
    }
  }
  ++state.num_records;
  state.next_shard = shard + 1 == state.num_shards ? 0 : shard + 1;
  return absl::OkStatus();
}

int64_t ShardWriter::num_records() const { return state_->num_records; }

absl::StatusOr<std::vector<ShardFile>> ShardWriter::Finish(
    const ExecOptions& exec) {
  State& state = *state_;
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, state.num_shards, 1,
      [&](int64_t begin, int64_t end) -> absl::Status {
        for (int64_t shard = begin; shard < end; ++shard) {
          if (!state.files.empty()) {
            ROWSPLIT_RETURN_IF_ERROR(state.files[shard].Finish());
          }
          if (!state.ids.empty()) {
            ROWSPLIT_RETURN_IF_ERROR(state.ids[shard].Finish());
          }
          if (!state.labels.empty()) {
            ROWSPLIT_RETURN_IF_ERROR(state.labels[shard].Finish());
          }
        }
        return absl::OkStatus();
      }));
  state.finished = true;
  std::vector<ShardFile> files;
  for (int64_t shard = 0; shard < state.num_shards; ++shard) {
    // Shards before the one that is next have one record more.
    const int64_t num_records = state.num_records / state.num_shards +
                                (shard < state.next_shard ? 1 : 0);
    const auto add = [&](const auto& file) {
      const std::string& path = file.path();
      files.push_back({path.substr(path.rfind('/') + 1), shard, num_records,
                       file.size_bytes(), file.digest()});
    };
    if (!state.files.empty()) add(state.files[shard]);
    if (!state.ids.empty()) add(state.ids[shard]);
    if (!state.labels.empty()) add(state.labels[shard]);
  }
  return files;
}

absl::Status ShardWriter::Publish() {
  State& state = *state_;
  if (!state.finished) {
    return absl::FailedPreconditionError("Publish before Finish");
  }
  for (AtomicFile& file : state.files) ROWSPLIT_RETURN_IF_ERROR(file.Publish());
  for (NpyWriter& ids : state.ids) ROWSPLIT_RETURN_IF_ERROR(ids.Publish());
  for (NpyWriter& labels : state.labels) {
    ROWSPLIT_RETURN_IF_ERROR(labels.Publish());
  }
  return internal::SyncFolder(state.folder);
}

}  // namespace rowsplit
