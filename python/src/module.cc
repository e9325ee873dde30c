#include <nanobind/nanobind.h>

#include <string>

#include "bindings.h"
#include "convert.h"
#include "rowsplit/core/version.h"

// What Python imports as rowsplit._core. The groups bind functions of the
// library and have no logic of their own.
NB_MODULE(_core, m) {
  namespace python = rowsplit::python;
  namespace nb = nanobind;
  // At the interpreter's end other modules may still hold tensors.
  nb::set_leak_warnings(false);
  m.doc() = "Ragged tensors: the compiled part of the package rowsplit.";
  m.attr("__version__") = std::string(rowsplit::Version()).c_str();
  python::Classes classes = {
      nb::class_<python::PyRaggedTensor>(
          m, "RaggedTensor",
          "Rows of different lengths: flat values under row splits, as "
          "tf.RaggedTensor. Immutable. Made by `constant` and the `from_…` "
          "methods."),
      nb::class_<python::PyStringTensor>(
          m, "StringTensor",
          "A dense tensor of byte strings of any length, of one or more "
          "dimensions. Immutable."),
  };
  python::BindRagged(m, classes);
  python::BindString(m, classes);
  python::BindFactory(m, classes);
  python::BindOperator(m, classes);
  python::BindReduce(m, classes);
  python::BindMove(m, classes);
  python::BindSlice(m, classes);
  python::BindDense(m, classes);
  python::BindElementwise(m, classes);
  python::BindOrder(m, classes);
  python::BindGradient(m, classes);
  python::BindArrow(m, classes);
  python::BindEmbeddingLookup(m);
  python::BindNearest(m);
  python::BindNormalize(m);
  python::BindStrings(m);
  python::BindText(m);
  python::BindClean(m);
  python::BindUnicode(m);
  python::BindPreTokenizer(m);
  python::BindSegmentation(m);
  python::BindWordpiece(m);
  python::BindIdMap(m);
  python::BindVocabulary(m);
  python::BindVectorization(m);
  python::BindLookups(m);
  python::BindEmbeddingTable(m);
  python::BindEmbedding(m);
  python::BindEmbeddingBag(m);
  python::BindEmbeddingGradient(m);
  python::BindEmbeddingRows(m);
  python::BindTextEmbedding(m);
  python::BindTokenizer(m);
  python::BindTextSegments(m);
}
