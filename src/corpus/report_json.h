#ifndef ROWSPLIT_SRC_CORPUS_REPORT_JSON_H_
#define ROWSPLIT_SRC_CORPUS_REPORT_JSON_H_

#include "core/json_writer.h"
#include "rowsplit/corpus/config.h"
#include "rowsplit/corpus/report.h"

namespace rowsplit::internal {

// The members of report.json, inside an object that is open.
void WriteReportMembers(const CorpusReport& report, const CorpusConfig& config,
                        JsonWriter& json);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORPUS_REPORT_JSON_H_
