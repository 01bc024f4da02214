SELECT data_version FROM store
