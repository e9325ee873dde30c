#ifndef ROWSPLIT_ROWSPLIT_H_
#define ROWSPLIT_ROWSPLIT_H_

// The whole public interface.
#include "rowsplit/core/buffer.h"                  // IWYU pragma: export
#include "rowsplit/core/byte_set.h"                // IWYU pragma: export
#include "rowsplit/core/dtype.h"                   // IWYU pragma: export
#include "rowsplit/core/exec.h"                    // IWYU pragma: export
#include "rowsplit/core/hash.h"                    // IWYU pragma: export
#include "rowsplit/core/offset.h"                  // IWYU pragma: export
#include "rowsplit/core/version.h"                 // IWYU pragma: export
#include "rowsplit/corpus/config.h"                // IWYU pragma: export
#include "rowsplit/corpus/job.h"                   // IWYU pragma: export
#include "rowsplit/corpus/report.h"                // IWYU pragma: export
#include "rowsplit/corpus/stats.h"                 // IWYU pragma: export
#include "rowsplit/corpus/vectorize.h"             // IWYU pragma: export
#include "rowsplit/data/arrow_abi.h"               // IWYU pragma: export
#include "rowsplit/data/arrow_export.h"            // IWYU pragma: export
#include "rowsplit/data/arrow_import.h"            // IWYU pragma: export
#include "rowsplit/data/corpus_reader.h"           // IWYU pragma: export
#include "rowsplit/data/error_policy.h"            // IWYU pragma: export
#include "rowsplit/data/inputs.h"                  // IWYU pragma: export
#include "rowsplit/data/npy.h"                     // IWYU pragma: export
#include "rowsplit/data/shard_writer.h"            // IWYU pragma: export
#include "rowsplit/data/shuffle.h"                 // IWYU pragma: export
#include "rowsplit/data/tfrecord.h"                // IWYU pragma: export
#include "rowsplit/embedding/table.h"              // IWYU pragma: export
#include "rowsplit/ops/broadcast.h"                // IWYU pragma: export
#include "rowsplit/ops/concat.h"                   // IWYU pragma: export
#include "rowsplit/ops/cross.h"                    // IWYU pragma: export
#include "rowsplit/ops/elementwise.h"              // IWYU pragma: export
#include "rowsplit/ops/from_dense.h"               // IWYU pragma: export
#include "rowsplit/ops/gather.h"                   // IWYU pragma: export
#include "rowsplit/ops/gradient.h"                 // IWYU pragma: export
#include "rowsplit/ops/matmul.h"                   // IWYU pragma: export
#include "rowsplit/ops/partition.h"                // IWYU pragma: export
#include "rowsplit/ops/range.h"                    // IWYU pragma: export
#include "rowsplit/ops/reduce.h"                   // IWYU pragma: export
#include "rowsplit/ops/reduce_axes.h"              // IWYU pragma: export
#include "rowsplit/ops/reshape.h"                  // IWYU pragma: export
#include "rowsplit/ops/reverse.h"                  // IWYU pragma: export
#include "rowsplit/ops/segment.h"                  // IWYU pragma: export
#include "rowsplit/ops/softmax.h"                  // IWYU pragma: export
#include "rowsplit/ops/sort.h"                     // IWYU pragma: export
#include "rowsplit/ops/sparse.h"                   // IWYU pragma: export
#include "rowsplit/ops/split_axis.h"               // IWYU pragma: export
#include "rowsplit/ops/tile.h"                     // IWYU pragma: export
#include "rowsplit/ops/to_dense.h"                 // IWYU pragma: export
#include "rowsplit/ops/window.h"                   // IWYU pragma: export
#include "rowsplit/pipeline/plan.h"                // IWYU pragma: export
#include "rowsplit/pipeline/text_vectorization.h"  // IWYU pragma: export
#include "rowsplit/pipeline/vectorizer.h"          // IWYU pragma: export
#include "rowsplit/ragged/ragged_shape.h"          // IWYU pragma: export
#include "rowsplit/ragged/ragged_tensor.h"         // IWYU pragma: export
#include "rowsplit/ragged/row_partition.h"         // IWYU pragma: export
#include "rowsplit/ragged/string_tensor.h"         // IWYU pragma: export
#include "rowsplit/ragged/tensor.h"                // IWYU pragma: export
#include "rowsplit/text/case.h"                    // IWYU pragma: export
#include "rowsplit/text/join.h"                    // IWYU pragma: export
#include "rowsplit/text/punctuation.h"             // IWYU pragma: export
#include "rowsplit/text/regex.h"                   // IWYU pragma: export
#include "rowsplit/text/split.h"                   // IWYU pragma: export
#include "rowsplit/vocab/lookup.h"                 // IWYU pragma: export
#include "rowsplit/vocab/vocabulary.h"             // IWYU pragma: export
#include "rowsplit/vocab/vocabulary_builder.h"     // IWYU pragma: export

#endif  // ROWSPLIT_ROWSPLIT_H_
