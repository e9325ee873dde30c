"""The sample job (data_samples/corpus.toml) as other libraries do it: lines to
windows of eleven words, and those to ids in .npy files."""
