#ifndef ROWSPLIT_PYTHON_SRC_BINDINGS_H_
#define ROWSPLIT_PYTHON_SRC_BINDINGS_H_

#include <nanobind/nanobind.h>

#include "convert.h"

namespace rowsplit::python {

// Each adds one group of functions to the module and of methods to the classes;
// defined in <group>_bindings.cc.
void BindRagged(nb::module_& m, Classes& classes);
void BindString(nb::module_& m, Classes& classes);
void BindFactory(nb::module_& m, Classes& classes);
void BindOperator(nb::module_& m, Classes& classes);
void BindReduce(nb::module_& m, Classes& classes);
void BindMove(nb::module_& m, Classes& classes);
void BindSlice(nb::module_& m, Classes& classes);
void BindDense(nb::module_& m, Classes& classes);
void BindElementwise(nb::module_& m, Classes& classes);
void BindEmbeddingLookup(nb::module_& m);
void BindNearest(nb::module_& m);
void BindOrder(nb::module_& m, Classes& classes);
void BindGradient(nb::module_& m, Classes& classes);
void BindArrow(nb::module_& m, Classes& classes);
void BindStrings(nb::module_& m);
void BindText(nb::module_& m);
void BindClean(nb::module_& m);
void BindNormalize(nb::module_& m);
void BindUnicode(nb::module_& m);
void BindPreTokenizer(nb::module_& m);
void BindSegmentation(nb::module_& m);
void BindWordpiece(nb::module_& m);
void BindIdMap(nb::module_& m);
void BindVocabulary(nb::module_& m);
void BindVectorization(nb::module_& m);
void BindLookups(nb::module_& m);
void BindEmbeddingTable(nb::module_& m);
void BindEmbedding(nb::module_& m);
void BindEmbeddingBag(nb::module_& m);
void BindEmbeddingGradient(nb::module_& m);
void BindEmbeddingRows(nb::module_& m);
void BindTextEmbedding(nb::module_& m);
void BindTokenizer(nb::module_& m);
void BindTextSegments(nb::module_& m);

}  // namespace rowsplit::python

#endif  // ROWSPLIT_PYTHON_SRC_BINDINGS_H_
