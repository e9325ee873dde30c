#ifndef ROWSPLIT_DATA_SHARD_WRITER_H_
#define ROWSPLIT_DATA_SHARD_WRITER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/data/npy.h"

namespace rowsplit {

enum class RecordFormat { kTfrecord, kJsonLines, kNpy, kText };

// "tfrecord", "jsonl", "npy", "text".
std::string_view RecordFormatName(RecordFormat format);
absl::StatusOr<RecordFormat> ParseRecordFormat(std::string_view name);

// How examples are stored.
struct RecordLayout {
  RecordFormat format = RecordFormat::kTfrecord;
  // The ids of every example, or -1 if they differ. kNpy needs a number.
  int64_t ids_per_example = -1;
  // For kNpy: the dtype of ids and labels.
  NpyDtype dtype = NpyDtype::kInt32;
  // For kNpy: there is a file of labels beside the file of ids.
  bool has_labels = true;
  // For kTfrecord and kJsonLines: store `text` and `label_text`.
  bool has_text = true;
};

// One training example. The label is stored only if `has_label`.
struct Example {
  std::span<const int64_t> ids = {};
  int64_t label = 0;
  bool has_label = false;
  std::string_view text = {};
  std::string_view label_text = {};
};

// Turns examples into the bytes that a ShardWriter of the same layout stores:
//   kTfrecord   a framed tf.train.Example with the features ids and label
//               (int64), text and label_text (bytes), in order of their names
//   kJsonLines  {"text":"a b","label_text":"c","ids":[1,2],"label":3} and \n
//   kNpy        the ids, then the label, in the dtype's bytes
//   kText       1 2<tab>3\n
// Immutable: any number of threads may encode with one encoder.
class ExampleEncoder {
 public:
  // Fails with InvalidArgument for ragged ids in kNpy.
  static absl::StatusOr<ExampleEncoder> Create(const RecordLayout& layout);

  // Appends one record. Fails with InvalidArgument, and appends nothing, if the
  // example has not the layout's number of ids, or a value or the label's
  // presence does not suit kNpy.
  absl::Status AppendRecord(const Example& example,
                            BufferBuilder<char>& out) const;

  const RecordLayout& layout() const { return layout_; }

 private:
  explicit ExampleEncoder(const RecordLayout& layout) : layout_(layout) {}
  RecordLayout layout_;
};

// What became of one file of a ShardWriter.
struct ShardFile {
  std::string name;  // Without the folder.
  int64_t shard;
  int64_t num_records;
  int64_t size_bytes;
  Digest128 digest;  // XXH3-128 of the file.
};

// Deals encoded records out to the files of a data set: record i goes to shard
// i mod num_shards, as tf.data's `shard`. Files are
//   <prefix>-00000-of-00008.tfrecord, .jsonl, .txt, or for kNpy
//   <prefix>-00000-of-00008.ids.npy and .labels.npy
// and appear, whole and together, at Publish; the destructor without it leaves
// nothing. Not thread-safe. Movable.
//
//   auto writer = *ShardWriter::Open("out", "train", 8, layout);
//   for (std::string_view record : records) {
//     RETURN_IF_ERROR(writer.Write(record));
//   }
//   ASSIGN_OR_RETURN(auto files, writer.Finish({}));
//   return writer.Publish();
class ShardWriter {
 public:
  // `folder` must exist. Fails with InvalidArgument unless there are 1 to 99999
  // shards, the prefix is a plain file name and the layout is sound.
  static absl::StatusOr<ShardWriter> Open(const std::string& folder,
                                          const std::string& prefix,
                                          int64_t num_shards,
                                          const RecordLayout& layout);
  ShardWriter(ShardWriter&&) noexcept;
  ShardWriter& operator=(ShardWriter&&) noexcept;
  ~ShardWriter();

  // Stores one record that an ExampleEncoder of this layout made.
  absl::Status Write(std::string_view record);
  int64_t num_records() const;

  // Writes out what is held back and waits for the disk, several files at once.
  // The files have their temporary names still. By shard, ids before labels.
  absl::StatusOr<std::vector<ShardFile>> Finish(const ExecOptions& exec);
  // Gives all files their names. Requires Finish.
  absl::Status Publish();

 private:
  struct State;
  explicit ShardWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_DATA_SHARD_WRITER_H_
