// Writes seeded examples in every format, for read_tfrecord.py to read with the
// peers' own readers: write_shards FOLDER NUM_EXAMPLES NUM_SHARDS

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/status_macros.h"
#include "rowsplit/data/shard_writer.h"

namespace {

using rowsplit::RecordFormat;

absl::Status WriteShards(const std::string& folder, int64_t num_examples,
                         int64_t num_shards, RecordFormat format) {
  const rowsplit::RecordLayout layout{.format = format, .ids_per_example = 10};
  ROWSPLIT_ASSIGN_OR_RETURN(const rowsplit::ExampleEncoder encoder,
                            rowsplit::ExampleEncoder::Create(layout));
  ROWSPLIT_ASSIGN_OR_RETURN(
      rowsplit::ShardWriter writer,
      rowsplit::ShardWriter::Open(folder, "train", num_shards, layout));
  rowsplit::BufferBuilder<char> record;
  for (int64_t i = 0; i < num_examples; ++i) {
    std::vector<int64_t> ids;
    for (int64_t k = 0; k < 10; ++k) ids.push_back((i * 7 + k * 13) % 5000);
    const std::string text = "text " + std::to_string(i) + " \u00e9";
    const std::string label_text = "label " + std::to_string(i % 97);
    record.Clear();
    ROWSPLIT_RETURN_IF_ERROR(
        encoder.AppendRecord({ids, i % 97, true, text, label_text}, record));
    ROWSPLIT_RETURN_IF_ERROR(writer.Write({record.data(), record.size()}));
  }
  ROWSPLIT_RETURN_IF_ERROR(writer.Finish({}).status());
  return writer.Publish();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr,
                 "usage: write_shards FOLDER NUM_EXAMPLES NUM_SHARDS\n");
    return 2;
  }
  for (const RecordFormat format :
       {RecordFormat::kTfrecord, RecordFormat::kJsonLines, RecordFormat::kNpy,
        RecordFormat::kText}) {
    const absl::Status status =
        WriteShards(argv[1], std::stoll(argv[2]), std::stoll(argv[3]), format);
    if (!status.ok()) {
      std::fprintf(stderr, "%s\n", status.ToString().c_str());
      return 1;
    }
  }
  return 0;
}
