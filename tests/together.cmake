# The tests that are compiled together; see rowsplit_together.
rowsplit_together(tests core atomic_file block_checksums buffer decoded_stream decoder
  dtype frozen_header hash)
rowsplit_together(tests core json_string json json_writer large_block mapped_file
  npy_header parallel parse_float)
rowsplit_together(tests core philox read_file row_format sha256 utf8 version)
rowsplit_together(tests kernels bag_dot bag_exp bag_slices byte_map copy_ranges
  count_characters crc32c inline_key)
rowsplit_together(tests kernels bag_fold convert_rows literal_scan pad_rows reduce_lanes
  row_addresses row_counts row_fields)
rowsplit_together(tests kernels multiply_rows reduce_moments sort_rows span_ids sum_slices
  token_table utf8_decode utf8_encode)
rowsplit_together(tests kernels optimizer_rows reduce_rows word_blocks)
rowsplit_together(tests kernels token_ids utf8_normalize word_breaks)
rowsplit_together(tests ragged ragged_shape ragged_tensor row_partition string_tensor
  tensor)
rowsplit_together(tests ops arg_reduce boolean_mask concat elementwise gather_nd
  gather_rows gather_with_default interleave_rows)
rowsplit_together(tests ops broadcast cross gather matmul softmax window)
rowsplit_together(tests ops cumulative from_dense item_selector one_hot partition reduce
  reverse sliding_window)
rowsplit_together(tests ops first_last gather_axes mask_language_model reduce_steps sort
  spans split_axis tile)
rowsplit_together(tests ops gradient pad_along_dimension select_rows trimmer unique)
rowsplit_together(tests ops quantile range)
rowsplit_together(tests ops reduce_axes segments)
rowsplit_together(tests ops segment sparse)
rowsplit_together(tests ops slice to_dense)
rowsplit_together(tests text added_tokens any_rank append_rows as_string bert_normalize
  bert_tokenizer boundaries break_machine)
rowsplit_together(tests text boise byte_map_op case_mapper charset_decoder charset_stream
  charset class_pattern code_point_table)
rowsplit_together(tests text byte_split case character_tables class_alternation controls
  decode_source fast_bert_characters fast_wordpiece_blocks)
rowsplit_together(tests text fast_wordpiece format html_names icu_rows icu_version
  language length locale_case)
rowsplit_together(tests text full_match_set hash_bucket hash_ngrams html join mask
  mojibake ngram_spans)
rowsplit_together(tests text ngrams normal_mapper normal_segment normalization_data
  number_text piece_cache plain_pattern plain_replacer)
rowsplit_together(tests text normalize pre_tokenizer punctuation reduce_join
  regex_replacer regex repeats rouge)
rowsplit_together(tests text regex_split row_parts row_pieces script_split
  sentence_breaker split_fields split_merge strip)
rowsplit_together(tests text split substr to_number token_offsets token_pieces
  token_starts tokenizer transform)
rowsplit_together(tests text transliterate unicode_case unicode_codec unicode_encoder
  unicode_script unicode_split unicode_tokens utf8_binarize)
rowsplit_together(tests text wordpiece_learner wordpiece wordshape)
rowsplit_together(tests vocab count_blocks count_merge count_selection count_table
  count_text diff encode_ids frozen_check)
rowsplit_together(tests vocab count_lines frozen_file frozen_hostile frozen_layout
  frozen_shared frozen_table hashing id_counter)
rowsplit_together(tests vocab id_map integer_table partial_counts spill_file
  static_hash_table text_table token_counter vocabulary_json)
rowsplit_together(tests vocab index_lookup merge vocabulary_builder)
rowsplit_together(tests vocab lookup prune vocabulary_file)
rowsplit_together(tests vocab tokenizer_json vocabulary)
rowsplit_together(tests embedding align attention_gradient bag_gradient bag_jacobian
  bag_plan embedding_file embedding_format embedding_layout)
rowsplit_together(tests embedding bag embedding_load embedding_save embedding
  embedding_writer factorize fasttext fetch)
rowsplit_together(tests embedding embedding_lookup gather_reduce hashed_rows id_groups
  indexed_slices named_rows npy_array npz)
rowsplit_together(tests embedding huge_bag nearest optimizer row_portions safetensors
  side_vocabulary stored_array subwords)
rowsplit_together(tests embedding lookup_sparse table_convert table tensor_choice
  text_format text_layout variable zip_directory)
rowsplit_together(tests embedding text_lines word2vec_binary)
rowsplit_together(tests pipeline clean_stage entry_rows fused_plan fused_tokenizer
  keras_config options_json steps_json text_steps)
rowsplit_together(tests pipeline plan text_embedding_json vectorizer_hostile vectorizer)
rowsplit_together(tests pipeline staged_plan text_pieces text_stages)
rowsplit_together(tests pipeline token_stages vectorize_plan)
rowsplit_together(tests data arrow_export arrow_import arrow_type block_parser
  block_reader byte_stream converted_stream corpus_reader_records)
rowsplit_together(tests data corpus_reader error_policy inputs json_text npy shard_writer
  shuffle tfrecord)
rowsplit_together(tests corpus adapt clean_stream config_steps config_table example_stream
  job learned_vocabulary learned_wordpiece)
rowsplit_together(tests corpus config manifest output_folder report stats token_lines
  tokenize vectorize)
