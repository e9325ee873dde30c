# The benchmarks that are compiled together; see rowsplit_together.
rowsplit_together(bench ops arg_reduce boolean_mask broadcast cumulative first_last
  gather_with_default item_selector mask_language_model)
rowsplit_together(bench ops concat cross elementwise pad_along_dimension quantile range
  segments sort)
rowsplit_together(bench ops from_dense partition spans sparse trimmer)
rowsplit_together(bench ops gather_axes gather reduce_axes)
rowsplit_together(bench ops gather_nd gradient reverse)
rowsplit_together(bench ops matmul one_hot sliding_window)
rowsplit_together(bench ops reduce reshape softmax)
rowsplit_together(bench ops segment split_axis)
rowsplit_together(bench ops slice tile)
rowsplit_together(bench ops to_dense window)
rowsplit_together(bench text as_string bert_normalize bert_tokenizer boise byte_split case
  charset fast_wordpiece)
rowsplit_together(bench text boundaries format hash_bucket hash_ngrams join length ngrams
  reduce_join)
rowsplit_together(bench text controls regex rouge split_fields strip substr to_number
  tokenizer)
rowsplit_together(bench text html transliterate unicode_script utf8_binarize wordpiece
  wordpiece_learner wordshape)
rowsplit_together(bench vocab diff encode_ids hashing id_map index_lookup lookup merge
  prune)
rowsplit_together(bench vocab static_hash_table token_counter vocabulary_formats)
rowsplit_together(bench embedding bag bag_gradient bag_jacobian hashed_rows indexed_slices
  load optimizer)
rowsplit_together(bench embedding embedding_lookup subwords table)
rowsplit_together(bench embedding factorize gather_reduce)
rowsplit_together(bench pipeline plan text_embedding text_vectorization)
rowsplit_together(bench data arrow_export arrow_import corpus_reader npy shard_writer
  shuffle tfrecord)
